import { type Ops, scaled } from '../../algebra/ops.ts';
import type { Activation } from '../activation.ts';
import { oneSlope } from '../term.ts';
import { tanh } from './tanh.ts';

/**
 * σ(u) = 1/(1 + e^{−u}) = ½ + ½ tanh(u/2).
 *
 * With u = 2x and b = 2y, ½ (σ(u) − a)² + ρ/2 (u − b)² is ¼ (½ (tanh x − (2a − 1))² + 16ρ/2 (x − y)²): the prox is that of tanh.
 */
export const sigmoid: Activation = {
  name: 'sigmoid',
  formula: '1/(1 + exp(-u))',
  solution: 'that of tanh',
  reference: 'ZLLY 2.1.1, appendix B (b2)',
  properties: { lipschitz: 1 / 4, definability: 'real analytic' },
  value: (o, u) => o.add(scaled(o, 0.5, halfway(o, u)), o.scalar(0.5)),
  subdifferential(o, u) {
    const t = halfway(o, u);
    const slope = scaled(o, 0.25, o.sub(o.scalar(1), o.mul(t, t)));
    return oneSlope(slope);
  },
  prox(o, a, b, penalty) {
    const target = o.sub(scaled(o, 2, a), o.scalar(1));
    return scaled(o, 2, tanh.prox(o, target, scaled(o, 0.5, b), 16 * penalty));
  },
};

/** tanh(u/2). */
function halfway<T>(o: Ops<T>, u: T): T {
  return o.tanh(scaled(o, 0.5, u));
}
