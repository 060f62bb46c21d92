import { type Ops, scaled } from '../algebra/ops.ts';
import type { Definability, Family, Interval, Term } from './term.ts';

/** σ of ZLLY (2.2), applied to every element. */
export interface Activation extends Term {
  readonly family?: Family<Activation>;
  readonly properties: {
    /** A Lipschitz constant of σ on the whole line, if there is one. */
    readonly lipschitz: number | undefined;
    /** A Lipschitz constant of σ on |u| ≤ radius, where the line has none. */
    readonly lipschitzWithin?: (radius: number) => number;
    readonly definability: Definability;
  };
  value<T>(o: Ops<T>, u: T): T;
  /** Slopes of σ at u (Clarke's interval at a corner). */
  subdifferential<T>(o: Ops<T>, u: T): Interval<T>;
  /**
   * argmin_u ½ (σ(u) − a)² + penalty/2 (u − b)², the problem (E.1) of ZLLY, to the global minimiser; penalty > 0.
   *
   * (E.1) sets the weight of the first term to 1. The block of Algorithm 2,
   *   γ/2 (v − σ(u))² + γ/2 (u − z)² + α/2 (u − u⁻)²,
   * is γ times (E.1), up to a constant, with a = v, penalty = (γ + α)/γ and b = (γ z + α u⁻)/(γ + α).
   */
  prox<T>(o: Ops<T>, a: T, b: T, penalty: number): T;
}

/** σ′(u); at a corner the mean of its two slopes, an element of Clarke's interval. */
export function slopeOf<T>(o: Ops<T>, sigma: Activation, u: T): T {
  const { lower, upper } = sigma.subdifferential(o, u);
  return lower === upper ? lower : scaled(o, 0.5, o.add(lower, upper));
}
