import type { InnerSolve } from '../splitting/innerSolve.ts';

/** What is known of the state after one sweep. Sweep 0 is the starting point. */
export interface SweepRecord {
  readonly sweep: number;
  /** The lifted objective, the sum of `terms`. */
  readonly objective: number;
  /** Every term of the objective under its name: `loss`, `U1 = W1 V0`, `V1 = relu(U1)`, `r(W1)`, … */
  readonly terms: Readonly<Record<string, number>>;
  /** Sufficient descent from the previous sweep (ZLLY Lemma 7); absent at sweep 0. */
  readonly descent?: Descent;
  /** Distance of 0 to the subdifferential (ZLLY Lemma 8); present when certificates are asked for. */
  readonly residual?: Residual;
  /** How blocks were solved that an iteration solves; absent where there is none. */
  readonly inner?: Readonly<Record<string, InnerSolve>>;
  /** Fraction of samples whose class is right (classification), or R² (regression), of the forward network. */
  readonly scores?: Scores;
  /** Wall-clock seconds of this sweep's updates. */
  readonly seconds: number;
}

export interface Scores {
  readonly train?: number;
  readonly validation?: number;
  readonly test?: number;
}

export interface Descent {
  /** L(P^{k-1}) − L(P^k). */
  readonly decrease: number;
  /** ‖P^k − P^{k-1}‖²_F over all blocks. */
  readonly movement: number;
  /** The same squared distance by block: `V3`, `U3`, `W3`, … */
  readonly movementOf: Readonly<Record<string, number>>;
  /** decrease / movement; the theory guarantees that it is at least `a`. */
  readonly ratio: number;
  /** The constant of (C.4). */
  readonly a: number;
  /** What rounding alone can explain of a violation, in units of the objective. */
  readonly rounding: number;
  /** 'holds', 'rounding' (violated, but by less than `rounding`), or 'violated'. */
  readonly verdict: 'holds' | 'rounding' | 'violated';
}

export interface Residual {
  /** dist(0, ∂L(P^k)). */
  readonly distance: number;
  /** The same by block. */
  readonly distanceOf: Readonly<Record<string, number>>;
  /** b̄ ‖P^k − P^{k-1}‖ of Lemma 8; absent at sweep 0. */
  readonly bound?: number;
  /** (1/K) Σ_{k=1..K} distance², the quantity of Theorem 1 (c); absent at sweep 0. */
  readonly runningMean?: number;
}
