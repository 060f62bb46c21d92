import { scaled, squaredNorms } from '../../algebra/ops.ts';
import type { Regularizer } from '../regularizer.ts';
import { oneSlope } from '../term.ts';

/** r(x) = ½‖x‖². */
export const squaredL2: Regularizer = {
  name: 'squaredL2',
  formula: '1/2 ||x||^2',
  solution: 'closed form',
  reference: 'ZLLY 2.1.1, appendix B (c1), (c2)',
  properties: {
    convex: true,
    smooth: true,
    nonnegative: true,
    definability: 'real analytic',
    curvature: 1,
    coercive: true,
  },
  value: (o, x) => scaled(o, 0.5, squaredNorms(o, x)),
  prox: (o, z, step) => o.div(z, o.add(o.scalar(1), step)),
  subdifferential: (_, x) => oneSlope(x),
};
