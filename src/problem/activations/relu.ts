import { chosen, scaled } from '../../algebra/ops.ts';
import type { Activation } from '../activation.ts';

/**
 * σ(u) = max(0, u). The prox is ZLLY Lemma 13 (ρ = penalty):
 *
 *   (a + ρ b)/(1 + ρ)   if a + ρ b ≥ 0 and b ≥ 0
 *   (a + ρ b)/(1 + ρ)   if −(√(ρ(ρ+1)) − ρ) a ≤ ρ b < 0
 *   b                   if −a ≤ ρ b ≤ −(√(ρ(ρ+1)) − ρ) a < 0
 *   min(b, 0)           if a + ρ b < 0
 *
 * With τ = √(1 + 1/ρ) − 1 these are two: b where b < min(0, −τ a), and max(0, (a + ρ b)/(1 + ρ)) elsewhere. For b < 0 the
 * second needs b ≥ −τ a, hence a > 0 and a + ρ b ≥ a (1 − ρ τ) > 0, since ρ τ < ½: the clamp acts only where b ≥ 0.
 * On the tie b = −τ a both points are minimisers, and the larger one is returned.
 */
export const relu: Activation = {
  name: 'relu',
  formula: 'max(0, u)',
  solution: 'closed form',
  reference: 'ZLLY Lemma 13 (E.1)',
  properties: { lipschitz: 1, definability: 'semialgebraic' },
  value: (o, u) => o.relu(u),
  subdifferential(o, u) {
    const [zero, one] = [o.scalar(0), o.scalar(1)];
    return { lower: o.indicator(o.less(zero, u)), upper: o.where(o.less(u, zero), zero, one) };
  },
  prox(o, a, b, penalty) {
    const tau = Math.sqrt(1 + 1 / penalty) - 1;
    const vertex = o.relu(o.add(scaled(o, 1 / (1 + penalty), a), scaled(o, penalty / (1 + penalty), b)));
    return chosen(o, o.less(b, scaled(o, -tau, o.relu(a))), b, vertex);
  },
};
