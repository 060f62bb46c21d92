import { scaled } from '../../algebra/ops.ts';
import type { Loss } from '../loss.ts';
import { omegaSteps, wrightOmega } from '../specialFunctions.ts';
import { oneSlope } from '../term.ts';

/**
 * y ∈ {−1, 1}: ℓ(v; y) = Σ_j exp(−y_j v_j).
 *
 * In the margins m = y v and c = y x the prox solves m − c = step e^{−m}. With w = m − c, its logarithm is
 *   w + log w = log step − c =: z,   so that w = ω(z), Wright's function, and nothing overflows.
 * Then m is c + w, and also log step − log w; each is free of cancellation where the other is not.
 */
export const exponential: Loss = {
  name: 'exponential',
  formula: 'sum_j exp(-y_j v_j), y in {-1, 1}',
  solution: `closed form in the Wright omega function, for which ${omegaSteps} Newton steps are taken`,
  reference: 'ZLLY 2.1.1, appendix B (a1)',
  coding: '-1/1',
  tasks: ['classification'],
  properties: {
    convex: true,
    smooth: true,
    nonnegative: true,
    definability: 'real analytic',
    gradientLipschitz: undefined,
  },
  value: (o, v, y) => o.sum(o.exp(scaled(o, -1, o.mul(y, v))), 1),
  prox(o, x, y, step) {
    const centre = o.mul(y, x);
    const logStep = o.scalar(Math.log(step));
    const w = wrightOmega(o, o.sub(logStep, centre));
    const margin = o.where(o.less(w, o.scalar(1)), o.add(centre, w), o.sub(logStep, o.log(w)));
    return o.mul(y, margin);
  },
  subdifferential(o, v, y) {
    const slope = scaled(o, -1, o.mul(y, o.exp(scaled(o, -1, o.mul(y, v)))));
    return oneSlope(slope);
  },
};
