import { type Ops, scaled } from '../../algebra/ops.ts';
import type { Activation } from '../activation.ts';
import { type Evaluation, lowerDescent, lowerDescentSolution } from '../smoothProx.ts';
import { oneSlope } from '../term.ts';

/**
 * σ(u) = tanh u = t, with σ' = 1 − t² and σ''/σ' = −2t.
 *
 * The structure that the prox needs (ρ = penalty): let a > tanh b, so that t increases from tanh b to min(a, 1), and
 *   f'' − ρ = q(t) = (1 − t²) (1 + 2at − 3t²).
 * The last factor is at least 1 − t² for 0 ≤ t ≤ a, where at ≥ t², and for t < 0 it changes sign once, at
 * t₋ = (a − √(a² + 3))/3: q is negative up to t₋ and positive after it. The quartic q has the roots −1, t₋, t₊, 1, so that between
 * −1 and t₋ it has one stationary point, the dip. Between t₋ and t₊ it has another, its maximum, where f' turns from convex
 * to concave: Newton from there is monotone on either side. Everything is odd under (u, a, b) → −(u, a, b).
 *
 * For |a| ≤ 1 that point is near 0, which is the second start. For a > 1 the second minimum is in the tail, where
 * σ' ≈ 4e^{−2u} and σ' (a − 1) ≈ ρ (u − b): up to the factor that |u| ≈ 2 stands for,
 *   u ≈ ½ log(1 + (a − 1)/(ρ (2 + max(0, −b))/2)).
 * On a tie the minimum nearer to b is returned.
 */
export const tanh: Activation = {
  name: 'tanh',
  formula: 'tanh(u)',
  solution: lowerDescentSolution,
  reference: 'ZLLY 2.1.1, appendix B (b2)',
  properties: { lipschitz: 1, definability: 'real analytic' },
  value: (o, u) => o.tanh(u),
  subdifferential(o, u) {
    const { slope } = evaluate(o, u);
    return oneSlope(slope);
  },
  prox(o, target, centre, penalty) {
    const zero = o.scalar(0);
    const sign = o.where(o.less(target, zero), o.scalar(-1), o.scalar(1));
    const [a, b] = [o.mul(sign, target), o.mul(sign, centre)];
    const distance = o.add(o.relu(o.sub(zero, b)), o.scalar(2));
    const ratio = o.div(o.relu(o.sub(a, o.scalar(1))), scaled(o, penalty / 2, distance));
    const tail = scaled(o, 0.5, o.log(o.add(ratio, o.scalar(1))));
    return o.mul(sign, lowerDescent(o, { a, b, penalty, sigma: (u) => evaluate(o, u) }, [b, tail]));
  },
};

function evaluate<T>(o: Ops<T>, u: T): Evaluation<T> {
  const value = o.tanh(u);
  return { value, slope: o.sub(o.scalar(1), o.mul(value, value)), bend: scaled(o, -2, value) };
}
