import { afterAll, describe, it } from 'vitest';
import { concrete, type Expression } from '../../src/algebra/engine.ts';
import { matrix, type Tensor } from '../../src/algebra/tensor.ts';
import { baselines } from '../../src/baselines/index.ts';
import { gradients } from '../../src/baselines/reverse.ts';
import { softplus } from '../../src/problem/activations/softplus.ts';
import { softmaxCrossEntropy } from '../../src/problem/losses/softmaxCrossEntropy.ts';
import type { Problem } from '../../src/problem/problem.ts';
import { expectAgreement } from '../engine/evaluate.ts';
import { onnx, precisions } from '../engine/onnxEngines.ts';
import { draw } from '../oracle/draw.ts';
import { combinations, problemOf } from '../problem/smallProblems.ts';
import { batchSettings, number } from './batches.ts';
import { expressionGroups, operands } from './expressions.ts';
import { inputsOf, networkOptions, networkValues, objectiveOf, parametersOf } from './networks.ts';

/** The value of the objective of a network and its gradient. */
function gradientOf(problem: Problem, name: string, n: number): Expression {
  const inputs = inputsOf(problem);
  return {
    name,
    inputs,
    build(o, x) {
      const { value, gradients: g } = gradients(o, objectiveOf(problem, n), x, inputs, parametersOf(problem));
      const named = Object.entries(g).map(([parameter, one]) => [`gradient by ${parameter}`, one]);
      return { value, ...Object.fromEntries(named) };
    },
  };
}

/** Every activation with one loss, and every loss with one activation. */
const some = combinations.filter(
  ({ activation, loss }) => activation.name === 'tanh' || loss.name === 'squared',
);

describe.each(precisions)('gradients in %s ONNX are those of the reference', (precision) => {
  const engine = onnx(precision);
  afterAll(() => engine.dispose());

  it.each(expressionGroups)('of $name', async ({ name, members }) => {
    const names = Object.keys(operands);
    const expression: Expression = {
      name,
      inputs: operands,
      build(o, x) {
        const outputs = members.flatMap((member) => {
          const { gradients: g } = gradients(o, member.f, x, operands, names);
          return Object.entries(g).map(([variable, one]) => [`${member.name} by ${variable}`, one]);
        });
        return Object.fromEntries(outputs);
      },
    };
    for (const n of [1, 3]) {
      const random = draw(n);
      const values = Object.entries(operands).map(([variable, shape]): [string, Tensor] => [
        variable,
        random.tensor(concrete(shape, n)),
      ]);
      await expectAgreement(engine, expression, Object.fromEntries(values), n);
    }
  });

  it.each(some)('of networks of $name', async ({ name, activation, loss }) => {
    for (const options of networkOptions) {
      const problem = problemOf(activation, loss, options);
      for (const n of [1, 6])
        await expectAgreement(engine, gradientOf(problem, name, n), networkValues(problem, n, n), n);
    }
  });

  it('where the exponentials of softplus and softmax vanish', async () => {
    const problem = problemOf(softplus, softmaxCrossEntropy, {
      formulation: 'two-splitting',
      widths: [2, 2, 2],
    });
    const x = networkValues(problem, 3, 1);
    // Preactivations of 0, ±20, ±30 and ±200, and outputs as far apart.
    const V0 = matrix(3, 2, Float64Array.of(0, 20, -20, 30, 200, -200));
    const unit = matrix(2, 2, Float64Array.of(1, 0, 0, 1));
    const given = { ...x, V0, W1: unit, W2: unit, b1: zero(2), b2: zero(2) };
    await expectAgreement(engine, gradientOf(problem, 'far out', 3), given, 3);
  });

  it.each(baselines)('and so is a step of $name', async (method) => {
    const problem = problemOf(softplus, softmaxCrossEntropy, networkOptions[0]);
    const memory = method.memory(problem);
    const expression: Expression = {
      name: method.name,
      inputs: { ...inputsOf(problem), ...memory, count: [], progress: [] },
      build(o, { count, progress, ...x }) {
        const given = { x, count: count!, progress: progress! };
        const next = method.step(o, problem, batchSettings(6, 24), given);
        return Object.fromEntries(Object.entries(next).map(([name, one]) => [`next ${name}`, one]));
      },
    };
    const random = draw(4);
    // Squares and means of squares are not negative.
    const kept = Object.entries(memory).map(([name, shape]): [string, Tensor] => {
      const { shape: own, data } = random.tensor(concrete(shape, 6));
      return [name, { shape: own, data: data.map((value) => value * value) as Float64Array }];
    });
    const x = { ...networkValues(problem, 6, 2), ...Object.fromEntries(kept) };
    await expectAgreement(engine, expression, { ...x, count: number(7), progress: number(0.5) }, 6);
  });
});

function zero(length: number): Tensor {
  return { shape: [length], data: new Float64Array(length) };
}
