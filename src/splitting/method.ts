import type { Problem } from '../problem/problem.ts';
import type { Block } from './blocks/block.ts';

/** Weights α of the proximal terms ‖· − previous‖², by kind of block. */
export interface Alpha {
  /** V_N. */
  readonly V: number;
  /** U_i of the hidden layers. */
  readonly U: number;
  /** (W_i, b_i). */
  readonly W: number;
}

/** How a problem is split into blocks and how each block is updated. One file a method. */
export interface Method {
  readonly name: string;
  readonly title: string;
  readonly reference: string;
  /** Why this method cannot solve this problem, in a sentence; undefined when it can. */
  refuse(problem: Problem): string | undefined;
  /** The blocks in the method's own order of update. */
  blocks(problem: Problem, alpha: Alpha): readonly Block[];
  /** `a` of the sufficient descent L(P^{k−1}) − L(P^k) ≥ a ‖P^k − P^{k−1}‖². */
  descentConstant(problem: Problem, alpha: Alpha): number;
  /** `b̄` of the relative error dist(0, ∂L(P^k)) ≤ b̄ ‖P^k − P^{k−1}‖, given a bound B on the size of both states (`Stationarity.size`). */
  relativeErrorConstant(problem: Problem, alpha: Alpha, bound: number): number;
}
