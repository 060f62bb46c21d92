import type { Ops } from '../algebra/ops.ts';
import type { Interval, Properties, Term } from './term.ts';

/** r on weights or s on states (ZLLY (2.2)), times a weight ≥ 0. Biases are not regularised. */
export interface Regularizer extends Term {
  readonly properties: Properties & {
    /** κ when the term is κ/2 ‖x‖²: it then joins a least-squares block exactly. */
    readonly curvature: number | undefined;
  };
  /** Value of each row, `[n, d]` to `[n]`. */
  value<T>(o: Ops<T>, x: T): T;
  /** argmin_x step · r(x) + ½‖x − z‖². */
  prox<T>(o: Ops<T>, z: T, step: number): T;
  subdifferential<T>(o: Ops<T>, x: T): Interval<T>;
}
