import type { Engine, Shape, SpdFactor } from '../../algebra/engine.ts';
import type { Ops } from '../../algebra/ops.ts';
import type { Sums } from '../../algebra/pass.ts';
import type { Matrix, Tensor } from '../../algebra/tensor.ts';
import type { LayerWeights } from '../../models/network.ts';
import type { Variables } from '../../problem/objective.ts';
import type { KnownInverses } from './composite.ts';

/** A block of variables that is updated together while all others stand still. */
export type Block = StateBlock | JointBlock | WeightBlock;

/** V_i or U_i: one subproblem a sample, solved inside a pass. */
export interface StateBlock {
  readonly kind: 'state';
  /** The variable that is updated, `V2`. */
  readonly name: string;
  /** Variables that the update reads, the block itself included. */
  readonly reads: readonly string[];
  /** A value that the update needs, made from weights before the pass. */
  readonly derived?: Derived;
  update<T>(o: Ops<T>, x: Variables<T>): T;
}

/** Several states that are updated together. */
export interface JointBlock {
  readonly kind: 'states';
  readonly name: string;
  readonly variables: readonly string[];
  readonly reads: readonly string[];
  readonly derived: readonly Derived[];
  update<T>(o: Ops<T>, x: Variables<T>): JointUpdate<T>;
}

export interface JointUpdate<T> {
  /** The next values, by name. */
  readonly states: Readonly<Record<string, T>>;
  /** Rounds of the iteration that a sample was in, `[n]`. */
  readonly rounds: T;
  /** Squared residual of the optimality conditions that the iteration left of each sample, `[n]`. */
  readonly residual: T;
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
  solve(
    engine: Engine,
    sums: Sums,
    previous: LayerWeights,
    known: Known,
    sweep: number,
  ): Promise<LayerWeights>;
}

/** What outlives the sweep where the Gram matrix is constant, and where a solver tells what is worth a line in a log. */
export interface Known {
  /** Of the system with this α. */
  factor?: { readonly alpha: number; readonly of: SpdFactor };
  inverses?: KnownInverses;
  readonly log: (message: string) => void;
}

/** A value made from weights, or of the number of a sweep, before a pass, in float64. */
export interface Derived {
  readonly name: string;
  readonly shape: Shape;
  /** The layers whose weights it is made from; where there is none it is a value of the sweep. */
  readonly from: readonly number[];
  /** Compiles what is needed; the function is called whenever the weights, or else the sweep, have changed. */
  prepare(engine: Engine): Promise<(W: readonly Matrix[], sweep: number) => Promise<Tensor>>;
}
