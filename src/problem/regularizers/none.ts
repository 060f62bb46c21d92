import { scaled } from '../../algebra/ops.ts';
import type { Regularizer } from '../regularizer.ts';
import { oneSlope } from '../term.ts';

/** r(x) = 0. */
export const none: Regularizer = {
  name: 'none',
  formula: '0',
  solution: 'closed form',
  reference: 'ZLLY 2.1.1',
  properties: {
    convex: true,
    smooth: true,
    nonnegative: true,
    definability: 'real analytic',
    curvature: 0,
    coercive: false,
  },
  value: (o, x) => o.sum(scaled(o, 0, x), 1),
  prox: (_, z) => z,
  subdifferential(o, x) {
    const slope = scaled(o, 0, x);
    return oneSlope(slope);
  },
};
