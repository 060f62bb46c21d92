import { type Ops, scaled, squaredNorms } from '../algebra/ops.ts';
import { distanceToZero, type Family, type Interval, type Properties, type Term } from './term.ts';

/**
 * r on weights or s on states (ZLLY (2.2)), times a weight ≥ 0. Biases are not regularised. An indicator function is a
 * constraint at every weight above 0.
 */
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
  /**
   * argmin_x step · r(x) + ½‖x − z‖². `step` > 0 is a value of rank 0: solvers choose it from the data. Where the term
   * separates over coordinates it may also be a row, a step for each coordinate.
   */
  prox<T>(o: Ops<T>, z: T, step: T): T;
  /** The slopes in each coordinate; ends are infinite on the edge of a set, and both are outside of it. */
  subdifferential<T>(o: Ops<T>, x: T): Interval<T>;
  /** dist(0, g + weight · ∂r(x))² of each row, for terms that do not separate over coordinates. */
  distance?<T>(o: Ops<T>, x: T, g: T, weight: number): T;
}

/** dist(0, g + weight · ∂r(x))² of each row; +∞ outside the set of an indicator function. */
export function subgradientDistance<T>(o: Ops<T>, r: Regularizer, weight: number, x: T, g: T): T {
  // A weight of 0 takes the term away, also where it is infinite.
  if (weight === 0) return squaredNorms(o, g);
  if (r.distance !== undefined) return r.distance(o, x, g, weight);
  const { lower, upper } = r.subdifferential(o, x);
  return squaredNorms(
    o,
    distanceToZero(o, {
      lower: o.add(scaled(o, weight, lower), g),
      upper: o.add(scaled(o, weight, upper), g),
    }),
  );
}

/** x where r is finite, and else its projection on the set of the indicator function: a start at which L is finite. */
export function feasible<T>(o: Ops<T>, r: Regularizer, x: T): T {
  const inside = o.less(o.column(r.value(o, x)), o.scalar(Number.POSITIVE_INFINITY));
  return o.where(inside, x, r.prox(o, x, o.scalar(1)));
}
