import { scaled } from '../../algebra/ops.ts';
import type { Loss } from '../loss.ts';
import { softplus } from '../specialFunctions.ts';
import { oneSlope } from '../term.ts';

/** Newton steps of the prox, from a start about 1 away or nearer: in trials five reach rounding, so that one is spare. */
const newtonSteps = 6;

/**
 * y ∈ {−1, 1}: ℓ(v; y) = Σ_j log(1 + exp(−y_j v_j)).
 *
 * In the margins m = y v and c = y x the prox is the root of
 *   f(m) = m − c − step q(m),   q(m) = 1/(1 + e^m),
 * which increases. Since q(−m) = 1 − q(m), the root for −step − c is minus the root for c; of the two, the c ≥ −step/2 is taken,
 * where f(0) ≤ 0 and the root is not negative. There f is concave, so Newton from below the root climbs to it and never
 * passes it: no safeguard is needed. A start below: q(m) ≥ e^{−m}/2 for m ≥ 0, hence the root is at least
 *   c + ω(z),   z = log(step/2) − c,   w = ω(z) the root of w + log w = z.
 * ω(z) ≥ z − log z for z ≥ 1, as ω(z) ≤ z there, and ω(z) ≥ 1 + (z − 1)/2 everywhere, its tangent at 1. At most log 2 is lost
 * to the first inequality and 0.32 to these.
 */
export const logistic: Loss = {
  name: 'logistic',
  formula: 'sum_j log(1 + exp(-y_j v_j)), y in {-1, 1}',
  solution: `${newtonSteps} Newton steps on each margin, from below the root`,
  reference: 'ZLLY 2.1.1, appendix B (a2)',
  coding: '-1/1',
  tasks: ['classification'],
  properties: {
    convex: true,
    smooth: true,
    nonnegative: true,
    definability: 'real analytic',
    gradientLipschitz: 1 / 4,
  },
  value: (o, v, y) => o.sum(softplus(o, scaled(o, -1, o.mul(y, v))), 1),
  prox(o, x, y, step) {
    const [zero, one] = [o.scalar(0), o.scalar(1)];
    const given = o.mul(y, x);
    const mirrored = o.less(given, o.scalar(-step / 2));
    const centre = o.where(mirrored, o.sub(o.scalar(-step), given), given);
    const z = o.sub(o.scalar(Math.log(step / 2)), centre);
    const beyond = o.max(z, one);
    const low = o.add(o.sub(beyond, o.log(beyond)), scaled(o, 0.5, o.sub(o.min(z, one), one)));
    let margin = o.relu(o.add(centre, o.relu(low)));
    for (let k = 0; k < newtonSteps; k++) {
      const e = o.exp(o.sub(zero, margin));
      const pull = scaled(o, step, o.div(e, o.add(one, e)));
      const slope = o.add(one, o.div(pull, o.add(one, e)));
      margin = o.sub(margin, o.div(o.sub(o.sub(margin, centre), pull), slope));
    }
    return o.mul(y, o.where(mirrored, o.sub(zero, margin), margin));
  },
  subdifferential(o, v, y) {
    const one = o.scalar(1);
    const slope = scaled(o, -1, o.div(y, o.add(one, o.exp(o.mul(y, v)))));
    return oneSlope(slope);
  },
};
