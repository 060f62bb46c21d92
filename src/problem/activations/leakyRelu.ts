import { UserError } from '../../algebra/errors.ts';
import { chosen, type Ops, scaled } from '../../algebra/ops.ts';
import type { Activation } from '../activation.ts';

/** σ(u) = max(u, s u), s = slope in (0, 1). */
export const leakyRelu: Activation = { ...member(0.01), name: 'leakyRelu' };

/**
 * On each half-line the objective of (E.1) is a parabola, so the minimiser is the better of the two clamped vertices
 *   p = max(0, (a + ρ b)/(1 + ρ)),   q = min(0, (s a + ρ b)/(s² + ρ)),   ρ = penalty.
 * Ties go to p, the nonnegative one.
 */
function member(slope: number): Activation {
  return {
    name: `leakyRelu(${slope})`,
    formula: `max(u, ${slope} u)`,
    solution: 'closed form',
    reference: 'ZLLY 2.1.1, appendix B (b4)',
    family: { parameters: ['slope'], admissible: '0 < slope < 1; 0.01 by default', make },
    properties: { lipschitz: 1, definability: 'semialgebraic' },
    value: (o, u) => o.max(u, scaled(o, slope, u)),
    subdifferential(o, u) {
      const [one, low] = [o.scalar(1), o.scalar(slope)];
      const zero = o.scalar(0);
      return {
        lower: o.where(o.less(zero, u), one, low),
        upper: o.where(o.less(u, zero), low, one),
      };
    },
    prox(o, a, b, penalty) {
      const up = o.relu(o.add(scaled(o, 1 / (1 + penalty), a), scaled(o, penalty / (1 + penalty), b)));
      const curvature = slope * slope + penalty;
      const down = o.min(
        o.add(scaled(o, slope / curvature, a), scaled(o, penalty / curvature, b)),
        o.scalar(0),
      );
      return chosen(o, o.less(cost(o, down, slope, a, b, penalty), cost(o, up, 1, a, b, penalty)), down, up);
    },
  };
}

function make(slope = Number.NaN): Activation {
  if (!(slope > 0 && slope < 1))
    throw new UserError(
      `leakyRelu(${slope}) is not an activation: the slope must be above 0 and below 1, as in leakyRelu(0.2).`,
    );
  return member(slope);
}

function cost<T>(o: Ops<T>, u: T, s: number, a: T, b: T, penalty: number): T {
  const [fit, move] = [o.sub(scaled(o, s, u), a), o.sub(u, b)];
  return o.add(o.mul(fit, fit), scaled(o, penalty, o.mul(move, move)));
}
