import { concrete, type Shape } from '../../src/algebra/engine.ts';
import type { Tensor } from '../../src/algebra/tensor.ts';
import { batchObjective } from '../../src/baselines/batchObjective.ts';
import type { Differentiable } from '../../src/baselines/reverse.ts';
import { layers, type Problem, shapesOf } from '../../src/problem/problem.ts';
import { draw } from '../oracle/draw.ts';
import { branching, type ProblemOptions, targetsOf } from '../problem/smallProblems.ts';

/** The objectives of networks: a plain one and one with residual links, with a regularizer and without. */
export const networkOptions: readonly ProblemOptions[] = [
  { formulation: 'two-splitting', weights: ['squaredL2', 0.3] },
  { formulation: 'two-splitting', residual: true, widths: [3, 4, 4, 4, 2] },
  { formulation: 'two-splitting', widths: [4, 4, 3, 4, 2], inputs: branching },
];

/** `W1`, `b1`, … */
export function parametersOf(problem: Problem): string[] {
  return layers(problem).flatMap((i) => [`W${i}`, `b${i}`]);
}

/** Shapes of the data and the parameters. */
export function inputsOf(problem: Problem): Record<string, Shape> {
  return shapesOf(problem, ['V0', 'Y', ...parametersOf(problem)]);
}

/** Random data and parameters, small enough for the exponential loss behind three layers of the quadratic activation. */
export function networkValues(problem: Problem, n: number, seed: number): Record<string, Tensor> {
  const random = draw(seed);
  const values = Object.entries(inputsOf(problem)).map(([name, shape]): [string, Tensor] => {
    const { data, ...rest } = random.tensor(concrete(shape, n));
    return [name, { ...rest, data: data.map((value) => value / 2) as Float64Array }];
  });
  const Y = targetsOf(problem.loss, n, problem.widths.at(-1)!, random);
  return { ...Object.fromEntries(values), Y };
}

/** Of batches of `batch` samples. */
export function objectiveOf(problem: Problem, batch: number, share = 0.25): Differentiable {
  return (o, x) => batchObjective(o, problem, { batch, share }, x);
}
