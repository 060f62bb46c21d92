import { scaled, squaredNorms } from '../../algebra/ops.ts';
import type { Loss } from '../loss.ts';
import { oneSlope } from '../term.ts';

/** ℓ(v; y) = ½‖v − y‖². */
export const squared: Loss = {
  name: 'squared',
  formula: '1/2 ||v - y||^2',
  solution: 'closed form',
  reference: 'ZLLY 2.1.1, appendix B (a1)',
  coding: '0/1',
  tasks: ['classification', 'regression'],
  properties: {
    convex: true,
    smooth: true,
    nonnegative: true,
    definability: 'real analytic',
    gradientLipschitz: 1,
  },
  value: (o, v, y) => scaled(o, 0.5, squaredNorms(o, o.sub(v, y))),
  // 0 = step (v − y) + v − x.
  prox: (o, x, y, step) => o.add(scaled(o, 1 / (1 + step), x), scaled(o, step / (1 + step), y)),
  subdifferential(o, v, y) {
    const slope = o.sub(v, y);
    return oneSlope(slope);
  },
};
