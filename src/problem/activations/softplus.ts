import { UserError } from '../../algebra/errors.ts';
import { absolute, type Ops, scaled } from '../../algebra/ops.ts';
import type { Activation } from '../activation.ts';
import { type Evaluation, lowerDescent, lowerDescentSolution } from '../smoothProx.ts';
import { softplus as logOnePlusExp } from '../specialFunctions.ts';
import { oneSlope } from '../term.ts';

/** σ(u) = (1/t) log(1 + e^{tu}). */
export const softplus: Activation = { ...member(1), name: 'softplus' };

/**
 * The prox for t = 1, where σ' = p = 1/(1 + e^{−u}) and σ''/σ' = 1 − p; the other members follow from
 *   ½ (σ_t(u) − a)² + ρ/2 (u − b)² = (1/t²) (½ (σ_1(x) − ta)² + ρ/2 (x − tb)²),   x = tu.
 *
 * Let a > σ(b), so that u ≥ b and m = a − σ(u) ≥ 0. Then f'' − ρ = p (1 − p) (e^u − m) has the sign of e^u − m, which increases:
 * it is negative up to one point and positive after it. Its derivative p (1 − p) (3p − m (1 − 2p)) is positive for p ≥ ½, and
 * for p < ½ has the sign of 3p/(1 − 2p) − m, which increases: one dip. For a ≤ σ(b) all of f is convex between the
 * minimiser and b.
 *
 * The first start is b, and for a < 0 the left tail where it is below b: there σ' ≈ e^u, and σ' |a| = ρ (b − u) gives
 *   u ≈ log(ρ (2 + max(0, b))/|a|).
 * The second is v, the minimiser for max(0, u), and for a < 0 what the right tail adds to it: σ' ≈ 1 − e^{−u} and f' = 0 give
 *   (1 + ρ) (u − v) = |a| e^{−u},   so that u = v + W(z), z = e^{−v} |a|/(1 + ρ),
 * with Lambert's W(z) ≈ log(1 + z/(1 + log(1 + z))). On a tie the minimum of the first start, nearer to b, is returned.
 */
function proxOfOne<T>(o: Ops<T>, a: T, b: T, penalty: number): T {
  const [zero, one] = [o.scalar(0), o.scalar(1)];
  const below = o.relu(o.sub(zero, a));
  const distance = o.add(o.relu(b), o.scalar(2));
  // For a ≥ 0 the quotient is +∞.
  const left = o.log(o.div(scaled(o, penalty, distance), below));
  const v = o.relu(o.add(scaled(o, 1 / (1 + penalty), a), scaled(o, penalty / (1 + penalty), b)));
  const z = o.mul(scaled(o, 1 / (1 + penalty), below), o.exp(o.sub(zero, v)));
  const omega = o.log(o.add(one, o.div(z, o.add(one, o.log(o.add(one, z))))));
  const starts = [o.min(b, left), o.add(v, omega)] as const;
  return lowerDescent(o, { a, b, penalty, sigma: (u) => evaluate(o, u) }, starts);
}

function member(t: number): Activation {
  return {
    name: `softplus(${t})`,
    formula: t === 1 ? 'log(1 + exp(u))' : `log(1 + exp(${t} u))/${t}`,
    solution: lowerDescentSolution,
    reference: 'ZLLY 2.1.1, appendix B (b6)',
    family: { parameters: ['t'], admissible: 't > 0; 1 by default', make },
    properties: { lipschitz: 1, definability: 'real analytic' },
    value: (o, u) => scaled(o, 1 / t, evaluate(o, scaled(o, t, u)).value),
    subdifferential(o, u) {
      const { slope } = evaluate(o, scaled(o, t, u));
      return oneSlope(slope);
    },
    prox: (o, a, b, penalty) => scaled(o, 1 / t, proxOfOne(o, scaled(o, t, a), scaled(o, t, b), penalty)),
  };
}

function make(t = Number.NaN): Activation {
  if (!(t > 0))
    throw new UserError(`softplus(${t}) is not an activation: t must be above 0, as in softplus(5).`);
  return member(t);
}

/** log(1 + e^u) and its slope e^{min(u, 0)}/(1 + e^{−|u|}): no exponent is above 0, so that nothing overflows. */
function evaluate<T>(o: Ops<T>, u: T): Evaluation<T> {
  const [zero, one] = [o.scalar(0), o.scalar(1)];
  const divisor = o.add(one, o.exp(o.sub(zero, absolute(o, u))));
  const slope = o.div(o.exp(o.min(u, zero)), divisor);
  return { value: logOnePlusExp(o, u), slope, bend: o.sub(one, slope) };
}
