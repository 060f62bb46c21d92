import { UserError } from '../../algebra/errors.ts';
import { absolute, type Ops, squaredNorms, totalOf } from '../../algebra/ops.ts';
import type { Regularizer } from '../regularizer.ts';

/**
 * ‖x‖₁ of a point on the boundary, rounded to float32 and summed in float32, is off by some units of 1e-7: within this
 * much of the radius a point counts as on the boundary.
 */
const rounding = 1e-5;

/** The most Newton steps of `threshold`; see there. */
const steps = 24;

/** r(x) = 0 if ‖x‖₁ ≤ radius for the row x, else +∞: a constraint, whatever its weight. */
const member = (radius: number): Regularizer => ({
  name: `l1Ball(${radius})`,
  formula: `0 if ||row||_1 <= ${radius}, else infinite`,
  solution: `at most ${steps} Newton steps on the threshold, from below the root`,
  reference: 'Michelot 1986; Duchi et al. 2008; a polyhedral set as in ZLLY appendix B (c5)',
  properties: {
    convex: true,
    smooth: false,
    nonnegative: true,
    definability: 'semialgebraic',
    curvature: undefined,
    coercive: true,
  },
  value(o, x) {
    const outside = o.less(o.scalar(radius * (1 + rounding)), o.sum(absolute(o, x), 1));
    return o.where(outside, o.scalar(Number.POSITIVE_INFINITY), o.scalar(0));
  },
  /**
   * sign(z) max(|z| − τ, 0) with the τ ≥ 0 at which the norm is the radius. As τ ≥ max|z| − radius, that much is taken off
   * first: what is left is at most the radius, however large z is, and rounding is relative to the radius. It still moves
   * the norm by a few units for each element; the last factor takes that back.
   */
  prox(o, z) {
    const [zero, one, r] = [o.scalar(0), o.scalar(1), o.scalar(radius)];
    const size = absolute(o, z);
    const top = o.column(o.largest(size));
    const rest = o.where(o.less(r, top), o.relu(o.add(o.sub(size, top), r)), size);
    const kept = o.relu(o.sub(rest, threshold(o, rest, zero, r)));
    const inside = o.mul(kept, o.min(one, o.div(r, o.column(o.sum(kept, 1)))));
    return o.where(o.less(z, zero), o.sub(zero, inside), inside);
  },
  /** By coordinate; the normal cone is smaller than their product, see `distance`. */
  subdifferential(o, x) {
    const [zero, steep] = [o.scalar(0), o.scalar(Number.POSITIVE_INFINITY)];
    const edge = onBoundary(o, x, radius);
    return {
      lower: o.where(edge, o.where(o.less(zero, x), zero, o.sub(zero, steep)), zero),
      upper: o.where(edge, o.where(o.less(x, zero), zero, steep), zero),
    };
  },
  /**
   * The normal cone of a point on the boundary is {t ν: t ≥ 0, ν_i = sign x_i where x_i ≠ 0, |ν_i| ≤ 1 elsewhere}, so that
   *   dist² = min_{t ≥ 0} Σ_{x_i ≠ 0} (g_i + t sign x_i)² + Σ_{x_i = 0} max(|g_i| − t, 0)²,
   * and half of the derivative vanishes where Σ_{x_i = 0} max(|g_i| − t, 0) = t #{x_i ≠ 0} + Σ_{x_i ≠ 0} g_i sign x_i.
   * Inside t = 0; outside there is no subgradient.
   */
  distance(o, x, g) {
    const [zero, one] = [o.scalar(0), o.scalar(1)];
    const sign = o.sub(o.indicator(o.less(zero, x)), o.indicator(o.less(x, zero)));
    const used = o.mul(sign, sign);
    const free = o.mul(o.sub(one, used), absolute(o, g));
    const along = o.column(o.sum(o.mul(sign, g), 1));
    const t = o.where(onBoundary(o, x, radius), threshold(o, free, o.column(o.sum(used, 1)), along), zero);
    const onUsed = o.mul(used, o.add(g, o.mul(t, sign)));
    return o.add(
      o.add(squaredNorms(o, onUsed), squaredNorms(o, o.relu(o.sub(free, t)))),
      member(radius).value(o, x),
    );
  },
});

/** The rows within rounding of the boundary, as a column. */
function onBoundary<T>(o: Ops<T>, x: T, radius: number): T {
  return o.less(o.scalar(radius * (1 - rounding)), o.column(o.sum(absolute(o, x), 1)));
}

/**
 * The smallest t ≥ 0 with f(t) = Σ_i max(h_i − t, 0) − slope t − level ≤ 0 for each row of h ≥ 0, as a column.
 *
 * f is convex, decreasing and piecewise linear: Newton from t = 0 comes from the left, never passes the root and ends at it
 * (Michelot 1986). A step leaves a fraction p of f and a fraction q of its slope, p + q ≤ 1 (f at the new point lies above
 * its tangent there). The slope is a whole number from d to 1, so that 24 steps leave at most d (1 − d^(−1/24))^24 of what
 * the first step met: 1e-9 for d = 4096, and that only if the elements cluster at each step anew; random rows need at most 10.
 * It ends where f is 0 to rounding in every row.
 */
function threshold<T>(o: Ops<T>, h: T, slope: T, level: T): T {
  const [zero, one] = [o.scalar(0), o.scalar(1)];
  const start = o.mul(zero, o.column(o.largest(h)));
  const met = o.mul(o.scalar(4 * o.epsilon), o.add(o.column(o.sum(h, 1)), absolute(o, level)));
  const [t] = o.iterate([start], steps, (inner, [t]) => {
    const above = inner.column(inner.sum(inner.relu(inner.sub(h, t!)), 1));
    const excess = inner.sub(above, inner.add(inner.mul(slope, t!), level));
    const active = inner.column(inner.sum(inner.where(inner.less(t!, h), one, zero), 1));
    const next = inner.add(t!, inner.div(inner.relu(excess), inner.max(one, inner.add(slope, active))));
    const left = inner.where(inner.less(met, excess), one, zero);
    return { values: [next], again: inner.less(zero, totalOf(inner, inner.sum(left, 1))) };
  });
  return t!;
}

export const l1Ball: Regularizer = {
  ...member(1),
  name: 'l1Ball',
  formula: '0 if ||row||_1 <= radius, else infinite',
  family: {
    parameters: ['radius'],
    admissible: 'radius > 0; 1 by default',
    make(radius: number) {
      if (!(radius > 0)) throw new UserError(`The radius of l1Ball is ${radius}: give a number above 0.`);
      return member(radius);
    },
  },
};
