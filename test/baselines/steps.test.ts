import { describe, expect, it } from 'vitest';
import { concrete, type Shape } from '../../src/algebra/engine.ts';
import { type Tensor, zeros } from '../../src/algebra/tensor.ts';
import { baselines } from '../../src/baselines/index.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { relu } from '../../src/problem/activations/relu.ts';
import { softmaxCrossEntropy } from '../../src/problem/losses/softmaxCrossEntropy.ts';
import { shapeOf, shapesOf } from '../../src/problem/problem.ts';
import { draw } from '../oracle/draw.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { type ProblemOptions, problemOf, targetsOf } from '../problem/smallProblems.ts';
import { closedForm } from '../tolerance.ts';
import { batchSettings, number } from './batches.ts';
import { type Parameters, type PlainBatch, plainGradient } from './plainNetwork.ts';
import { plainRules } from './plainRules.ts';

const [n, m, steps, lambda] = [20, 5, 5, 0.2];
const names = ['W1', 'b1', 'W2', 'b2'] as const;
const options: ProblemOptions = { formulation: 'two-splitting', widths: [3, 4, 3] };
const problem = problemOf(relu, softmaxCrossEntropy, { ...options, weights: ['squaredL2', lambda] });
const settings = batchSettings(m, n);

function zerosOf(shapes: Readonly<Record<string, Shape>>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, zeros(concrete(shape, m))]));
}

const random = draw(8);
const weights = Object.fromEntries(
  Object.entries(shapesOf(problem, names)).map(([name, shape]) => [name, random.tensor(concrete(shape, m))]),
);
const batches = Array.from({ length: steps }, () => ({
  V0: random.matrix(m, 3),
  Y: targetsOf(softmaxCrossEntropy, m, 3, random),
}));

/** A batch without tensors. */
function plainBatch({ V0, Y }: (typeof batches)[number]): PlainBatch {
  const rows = ({ data }: Tensor): number[][] =>
    Array.from({ length: m }, (_, j) => [...data.subarray(3 * j, 3 * j + 3)]);
  return { X: rows(V0), classes: rows(Y).map((row) => row.indexOf(1)), n };
}

function perName<Value>(
  value: (name: (typeof names)[number]) => Value,
): Record<(typeof names)[number], Value> {
  return { W1: value('W1'), b1: value('b1'), W2: value('W2'), b2: value('b2') };
}

describe.each(baselines)('$name', (method) => {
  const memory = method.memory(problem);
  const first = { ...weights, ...zerosOf(memory), ...batches[0]! };

  it.each([undefined, 0.03])('takes the steps that are published, at the rate %s', (rate) => {
    const newRule = () => plainRules[method.name]!(rate ?? method.defaults.rate!);
    const rules = perName((name) => Array.from(weights[name]!.data, newRule));
    let plain: Parameters = perName((name) => [...weights[name]!.data]);
    let state: Readonly<Record<string, Tensor>> = { ...weights, ...zerosOf(memory) };
    for (const [k, batch] of batches.entries()) {
      const given = { x: { ...state, ...batch }, count: number(k), progress: number(k / steps) };
      state = method.step(o, problem, { ...settings, ...(rate && { rate }) }, given);
      const gradient = plainGradient(plain, plainBatch(batch), lambda);
      const before = plain;
      plain = perName((name) => before[name].map((x, i) => rules[name][i]!(x, gradient[name][i]!)));
      for (const name of names)
        expectClose(state[name]!.data, plain[name], closedForm, `${name} after ${k + 1} steps`);
    }
  });

  it('gives the parameters and all it keeps, in their shapes', () => {
    const next = method.step(o, problem, settings, { x: first, count: number(0), progress: number(0) });
    const shapes = { ...shapesOf(problem, names), ...memory };
    expect(new Set(Object.keys(next))).toEqual(new Set(Object.keys(shapes)));
    for (const [name, { shape }] of Object.entries(next)) expect(shape, name).toEqual(shapes[name]);
  });

  it('keeps what is kept for a parameter in its shape', () => {
    for (const [name, shape] of Object.entries(memory)) {
      const parameter = name.slice(name.lastIndexOf(' ') + 1);
      expect(shape).toEqual(shapeOf(problem, parameter));
    }
  });

  it('leaves what it is given as it was', () => {
    const given = { x: first, count: number(3), progress: number(0.5) };
    const before = structuredClone(given);
    method.step(o, problem, settings, given);
    expect(given).toEqual(before);
  });

  it('stays where no gradient has ever been', () => {
    // A row of zeros as a target costs nothing.
    const x = { ...first, Y: zeros([m, 3]) };
    const unregularised = problemOf(relu, softmaxCrossEntropy, options);
    const next = method.step(o, unregularised, settings, { x, count: number(0), progress: number(0) });
    for (const name of names) expect([...next[name]!.data]).toEqual([...weights[name]!.data]);
  });
});
