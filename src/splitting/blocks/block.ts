import type { Engine, Expression, Shape, SpdFactor } from '../../algebra/engine.ts';
import type { Ops } from '../../algebra/ops.ts';
import type { Sums } from '../../algebra/pass.ts';
import type { Matrix } from '../../algebra/tensor.ts';
import type { LayerWeights } from '../../models/network.ts';
import type { Variables } from '../../problem/objective.ts';

/** A block of variables that is updated together while all others stand still. */
export type Block = StateBlock | WeightBlock;

/** V_i or U_i: one subproblem a sample, solved inside a pass. */
export interface StateBlock {
  readonly kind: 'state';
  /** The variable that is updated, `V2`. */
  readonly name: string;
  /** Variables that the update reads, the block itself included. */
  readonly reads: readonly string[];
  /** A small matrix that the update needs, made from weights before the pass. */
  readonly derived?: Derived;
  update<T>(o: Ops<T>, x: Variables<T>): T;
}

/** (W_i, b_i): sums over the samples from a pass, then one small solve. */
export interface WeightBlock {
  readonly kind: 'weights';
  /** `W2`; its bias `b2` is part of the block. */
  readonly name: string;
  readonly layer: number;
  readonly reads: readonly string[];
  sums<T>(o: Ops<T>, x: Variables<T>): Record<string, T>;
  /**
   * Where the minimiser of a model of the block is not that of the block: steps t towards it, of which each unit takes the best.
   * `next W2` and `next b2` hold the minimiser of the model.
   */
  readonly search?: {
    readonly reads: readonly string[];
    readonly steps: readonly number[];
    /** How the part of the block's objective that depends on the samples changes with a step t, of each unit, `[d_i]`. */
    change<T>(o: Ops<T>, x: Variables<T>, t: number): T;
    /** The rest of the block's objective at given weights, of each unit; the proximal term included. */
    rest(engine: Engine, weights: LayerWeights, previous: LayerWeights): Promise<Float64Array>;
  };
  /** Sums that never change, taken once, before the first sweep. */
  readonly constantSums?: {
    readonly reads: readonly string[];
    sums<T>(o: Ops<T>, x: Variables<T>): Record<string, T>;
  };
  /**
   * The minimiser of the block, given all its sums.
   * @throws NotPositiveDefinite when the sums are too inexact for the factorisation.
   */
  solve(engine: Engine, sums: Sums, previous: LayerWeights, known: KnownFactor): Promise<LayerWeights>;
}

/** A factorisation that outlives the sweep, where the matrix is constant. */
export interface KnownFactor {
  factor?: SpdFactor;
}

export interface Derived {
  readonly name: string;
  readonly shape: Shape;
  /** The weights it is made from, `W2`. */
  readonly from: string;
  /** A float64 expression in `W` with output `A`; A + diagonal · I is positive definite. */
  readonly system: Expression;
  readonly diagonal: number;
  finish(factor: SpdFactor, w: Matrix): Promise<Matrix>;
}
