import type { Loss } from '../problem/loss.ts';
import type { Formulation, Problem } from '../problem/problem.ts';
import type { Block } from './blocks/block.ts';
import type { Relaxation } from './relaxation.ts';

/** Weights α of the proximal terms ‖· − previous‖², by kind of block: one for all layers, or one for each. */
export interface Alpha {
  readonly V: readonly number[];
  readonly U: readonly number[];
  /** (W_i, b_i). */
  readonly W: readonly number[];
}

/** α of a layer. */
export function alphaOf(values: readonly number[], layer: number): number {
  return values.length === 1 ? values[0]! : values[layer - 1]!;
}

/** How V_N is updated: with the loss itself, or with its linearisation at the present point (ZLLY (3.1), (3.2)). */
export const outputUpdates = ['proximal', 'proxLinear'] as const;
export type OutputUpdate = (typeof outputUpdates)[number];

export interface MethodSettings {
  readonly alpha: Alpha;
  readonly outputUpdate: OutputUpdate;
  /** θ_t of ZB Algorithm 1; steps are taken whole without it. */
  readonly relaxation?: Relaxation;
}

/** γ and α. */
export interface Penalties {
  readonly gamma: readonly number[];
  readonly alpha: Alpha;
}

/** Settings that a method has its own defaults for; the loss goes with the task. */
export interface MethodDefaults {
  readonly hidden: readonly number[];
  readonly loss: { readonly classification: string; readonly regression: string };
  /** By the number of layers N. */
  penalties(layers: number): Penalties;
  outputUpdate(loss: Loss): OutputUpdate;
  readonly init: string;
  readonly sweeps: number;
  /** Label smoothing of classes. */
  readonly smoothing: number;
  /** Samples in a mini-batch; absent where all samples are updated at once. */
  readonly batch?: number;
  /** Learning rate; absent where there is none. */
  readonly rate?: number;
}

/** Defaults of the methods that update all samples at once. */
export const fullBatchDefaults: MethodDefaults = {
  hidden: [1000],
  loss: { classification: 'squared', regression: 'squared' },
  penalties: () => ({ gamma: [1], alpha: { V: [5], U: [5], W: [5] } }),
  outputUpdate: () => 'proximal',
  init: 'identity',
  sweeps: 20,
  smoothing: 0,
};

/** What every method has; its file name is its registered name. */
export interface MethodFacts {
  readonly name: string;
  readonly title: string;
  readonly reference: string;
  /** The objective that the method minimises. */
  readonly formulation: Formulation;
  readonly defaults: MethodDefaults;
  /** Why this method cannot solve this problem, in a sentence; undefined when it can. */
  refuse(problem: Problem, settings: MethodSettings): string | undefined;
}

/** How a problem is split into blocks and how each block is updated. One file a method. */
export interface BlockMethod extends MethodFacts {
  readonly kind: 'blocks';
  /** How each kind of block is minimised, for people. */
  readonly updates: Readonly<Record<string, string>>;
  /** Which blocks are only lowered, not minimised, in a sentence; undefined when all are minimised. */
  inexact(problem: Problem): string | undefined;
  /** The blocks in the method's own order of update. */
  blocks(problem: Problem, settings: MethodSettings): readonly Block[];
  /** `a` of the sufficient descent L(P^{k−1}) − L(P^k) ≥ a ‖P^k − P^{k−1}‖² of sweep k. */
  descentConstant(problem: Problem, settings: MethodSettings, sweep: number): number;
  /**
   * `b̄` of the relative error dist(0, ∂L(P^k)) ≤ b̄ ‖P^k − P^{k−1}‖, given a bound B on the size of both states
   * (`Stationarity.size`); undefined where the theory gives no constant.
   */
  relativeErrorConstant(problem: Problem, settings: MethodSettings, bound: number): number | undefined;
}
