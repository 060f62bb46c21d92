import { describe, expect, it } from 'vitest';
import { relu } from '../../src/problem/activations/relu.ts';
import { tanh } from '../../src/problem/activations/tanh.ts';
import { exponential } from '../../src/problem/losses/exponential.ts';
import { logistic } from '../../src/problem/losses/logistic.ts';
import { squared } from '../../src/problem/losses/squared.ts';
import { isLifted } from '../../src/problem/problem.ts';
import { blockMethods } from '../../src/splitting/index.ts';
import { tikhonov } from '../../src/splitting/tikhonov.ts';
import { twoSplitting } from '../../src/splitting/twoSplitting.ts';
import { branching, problemOf } from '../problem/smallProblems.ts';
import { methodCases, ones, withAlpha } from './cases.ts';

const lifted = { formulation: 'lifted' } as const;

describe.each(blockMethods)('$name', (method) => {
  it('accepts some activation and loss', () => {
    expect(methodCases.filter((one) => one.method === method)).not.toHaveLength(0);
  });
});

const methods = blockMethods.filter((method) => !isLifted(method));

describe.each(methods)('$name', (method) => {
  const { formulation } = method;
  const linear = (V: number) => withAlpha({ V, U: 1, W: 1 }, 'proxLinear');

  it('takes no layer with inputs of its own', () => {
    const problem = problemOf(relu, squared, { formulation, widths: [4, 4, 3, 4, 2], inputs: branching });
    expect(method.refuse(problem, ones)).toMatch(/use the method proxLinear, fenchel or tikhonov\.$/);
  });

  it('takes no prox-linear step of a loss without a Lipschitz gradient', () => {
    expect(method.refuse(problemOf(relu, exponential, { formulation }), linear(1))).toMatch(
      /gradient is Lipschitz continuous, and that of exponential is not: use the proximal update\.$/,
    );
  });

  it('takes no prox-linear step with an alpha that does not descend', () => {
    const steep = problemOf(relu, squared, { formulation, gamma: 0.5 });
    expect(method.refuse(steep, linear(0.25))).toMatch(
      /when alpha of V is above 0\.25, .* 0\.25 was given\.$/,
    );
    expect(method.refuse(steep, linear(0.26))).toBeUndefined();
    expect(method.refuse(problemOf(relu, logistic, { formulation }), linear(1e-9))).toBeUndefined();
  });
});

describe('twoSplitting', () => {
  it('has no residual links', () => {
    const problem = problemOf(relu, squared, {
      formulation: 'two-splitting',
      residual: true,
      widths: [3, 4, 4, 2],
    });
    expect(twoSplitting.refuse(problem, ones)).toMatch(
      /no residual links: .* use the method threeSplitting\.$/,
    );
  });
});

describe('tikhonov', () => {
  it.each([
    ['trains hidden layers, and there is none', problemOf(relu, squared, { ...lifted, widths: [3, 2] })],
    ['lifts the relu to a constraint (ZB (3)), and the activation is tanh', problemOf(tanh, squared, lifted)],
    [
      'that of exponential is not: use crossEntropy, logistic, softmaxCrossEntropy, squared',
      problemOf(relu, exponential, lifted),
    ],
    [
      'takes no regularizer on them, and squaredL2 was given',
      problemOf(relu, squared, { ...lifted, states: ['squaredL2', 1] }),
    ],
    [
      'write them before it, as in --inputs "V2 = W V1 + V1"',
      problemOf(relu, squared, { ...lifted, residual: true, widths: [3, 4, 4, 4, 2] }),
    ],
  ])('%s', (message, problem) => {
    expect(tikhonov.refuse(problem, ones)).toContain(message);
  });

  it('takes layers with inputs of their own', () => {
    const problem = problemOf(relu, squared, { ...lifted, widths: [4, 4, 3, 4, 2], inputs: branching });
    expect(tikhonov.refuse(problem, ones)).toBeUndefined();
  });
});
