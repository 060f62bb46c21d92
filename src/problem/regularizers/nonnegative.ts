import type { Regularizer } from '../regularizer.ts';

/** r(x) = 0 if x ≥ 0, else +∞: a constraint, whatever its weight. Outside of it no slope is finite. */
export const nonnegative: Regularizer = {
  name: 'nonnegative',
  formula: '0 if x >= 0, else infinite',
  solution: 'closed form',
  reference: 'ZLLY 2.1.1, appendix B (c5)',
  properties: {
    convex: true,
    smooth: false,
    nonnegative: true,
    definability: 'semialgebraic',
    curvature: undefined,
    coercive: false,
  },
  value(o, x) {
    const zero = o.scalar(0);
    return o.sum(o.where(o.less(x, zero), o.scalar(Number.POSITIVE_INFINITY), zero), 1);
  },
  prox: (o, z) => o.relu(z),
  subdifferential(o, x) {
    const [zero, steep] = [o.scalar(0), o.scalar(Number.NEGATIVE_INFINITY)];
    return { lower: o.where(o.less(zero, x), zero, steep), upper: o.where(o.less(x, zero), steep, zero) };
  },
};
