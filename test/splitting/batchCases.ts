import { concrete } from '../../src/algebra/engine.ts';
import type { Tensor } from '../../src/algebra/tensor.ts';
import { layers, type Problem, shapesOf } from '../../src/problem/problem.ts';
import type { BatchSettings } from '../../src/splitting/batchMethod.ts';
import { type OutputUpdate, outputUpdates } from '../../src/splitting/method.ts';
import { proxLinear } from '../../src/splitting/proxLinear.ts';
import { draw } from '../oracle/draw.ts';
import { combinations, type ProblemOptions, problemOf, targetsOf } from '../problem/smallProblems.ts';

/** Settings of a step on all samples, with α = 2 for the weights. */
export function batchSettings(changes: Partial<BatchSettings> = {}): BatchSettings {
  return {
    alpha: { V: [7], U: [7], W: [2] },
    outputUpdate: 'proximal',
    rateSchedule: 'constant',
    batch: 3,
    share: 1,
    ...changes,
  };
}

/** `W1`, `b1`, … */
export function parametersOf(problem: Problem): string[] {
  return layers(problem).flatMap((i) => [`W${i}`, `b${i}`]);
}

/** A plain net with a narrow and a wide layer, and one with residual links. */
export const networks: readonly ProblemOptions[] = [
  { formulation: 'two-splitting', widths: [3, 4, 6, 2], gamma: [0.5, 2, 1.3] },
  { formulation: 'two-splitting', widths: [3, 4, 4, 4, 2], gamma: [2, 0.7, 1, 0.4], residual: true },
];

export interface BatchCase {
  readonly name: string;
  readonly outputUpdate: OutputUpdate;
  readonly problem: Problem;
}

/** Everything that proxLinear accepts without regularizers. */
export const batchCases: readonly BatchCase[] = networks
  .flatMap((options) =>
    combinations.flatMap(({ name, activation, loss }) =>
      outputUpdates.map((outputUpdate) => ({
        name: `${name}, ${outputUpdate}${options.residual ? ', residual' : ''}`,
        outputUpdate,
        problem: problemOf(activation, loss, options),
      })),
    ),
  )
  .filter(
    ({ outputUpdate, problem }) => proxLinear.refuse(problem, batchSettings({ outputUpdate })) === undefined,
  );

/** Random parameters of size one half and a batch of m samples. */
export function batchValues(problem: Problem, m: number, seed: number): Record<string, Tensor> {
  const random = draw(seed);
  const shapes = shapesOf(problem, ['V0', ...parametersOf(problem)]);
  const values = Object.entries(shapes).map(([name, shape]): [string, Tensor] => {
    const { data, ...rest } = random.tensor(concrete(shape, m));
    return [name, { ...rest, data: data.map((value) => value / 2) as Float64Array }];
  });
  const Y = targetsOf(problem.loss, m, problem.widths.at(-1)!, random);
  return { ...Object.fromEntries(values), Y };
}

/** A tensor of rank 0. */
export function number(value: number): Tensor {
  return { shape: [], data: Float64Array.of(value) };
}
