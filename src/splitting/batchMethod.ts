import type { Shape } from '../algebra/engine.ts';
import type { Ops } from '../algebra/ops.ts';
import type { Variables } from '../problem/objective.ts';
import type { Problem } from '../problem/problem.ts';
import type { MethodFacts, MethodSettings } from './method.ts';

/** What a step on a mini-batch is given. */
export interface BatchStep<T> {
  /** `V0` `[m, d_0]` and `Y` `[m, d_N]` of the batch, `W1`, `b1`, …, and what the method keeps, by name. */
  readonly x: Variables<T>;
  /** Steps done before this one: 0, 1, 2, …; rank 0. */
  readonly count: T;
  /** Share of the run that is done, from 0 to below 1; rank 0. */
  readonly progress: T;
}

/** How a learning rate changes over a run: not at all, or linearly to zero. */
export const rateSchedules = ['constant', 'linear'] as const;
export type RateSchedule = (typeof rateSchedules)[number];

export interface BatchSettings extends MethodSettings {
  /** Learning rate of the methods that have one. */
  readonly rate?: number;
  readonly rateSchedule: RateSchedule;
  /** Samples of a batch, m. */
  readonly batch: number;
  /** Samples of a batch over samples in all: the share of r(W) that a batch carries. */
  readonly share: number;
}

/**
 * A method whose sweep goes over the samples in mini-batches. Its step is one pure expression, so that a whole run of steps is
 * one program whose weights stay inside the runtime.
 */
export interface BatchMethod extends MethodFacts {
  readonly kind: 'batches';
  /** Whether first weights that lose the signal are rescaled before the first step. */
  readonly calibrates: boolean;
  /** Whether the network that is trained has a running average of the weights instead of the last ones. */
  averages(problem: Problem): boolean;
  /** What is kept from step to step besides the weights, by name; all zeros before the first. */
  memory(problem: Problem): Readonly<Record<string, Shape>>;
  /** The next weights and what is kept, all of them by their names. */
  step<T>(o: Ops<T>, problem: Problem, settings: BatchSettings, given: BatchStep<T>): Record<string, T>;
}
