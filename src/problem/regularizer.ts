import type { Ops } from '../algebra/ops.ts';
import type { Family, Interval, Properties, Term } from './term.ts';

/** r on weights or s on states (ZLLY (2.2)), times a weight ≥ 0. Biases are not regularised. */
export interface Regularizer extends Term {
  readonly family?: Family<Regularizer>;
  readonly properties: Properties & {
    /** κ when the term is κ/2 ‖x‖²: it then joins a least-squares block exactly. */
    readonly curvature: number | undefined;
    /** r(x) → ∞ as ‖x‖ → ∞ (ZLLY Theorem 1, condition (ii)). */
    readonly coercive: boolean;
  };
  /** Value of each row, `[n, d]` to `[n]`; +∞ outside the set of an indicator function. */
  value<T>(o: Ops<T>, x: T): T;
  /** argmin_x step · r(x) + ½‖x − z‖². `step` > 0 is a value of rank 0: solvers choose it from the data. */
  prox<T>(o: Ops<T>, z: T, step: T): T;
  subdifferential<T>(o: Ops<T>, x: T): Interval<T>;
}
