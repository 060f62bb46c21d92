import { scaled } from '../../algebra/ops.ts';
import type { Loss } from '../loss.ts';

/**
 * One-vs-all hinge, y ∈ {−1, 1}: ℓ(v; y) = Σ_j max(0, 1 − y_j v_j).
 *
 * ZLLY (E.4) minimises max(0, 1 − a u) + γ/2 (u − b)²; with step = 1/γ this is the prox. For a = ±1 its four cases
 * (Lemma 14) in the margin m = a b are one clamp: the margin grows by step, but no further than 1. It is the margin that
 * is clamped, so that the corner v = y is hit exactly and not to rounding: only there is the subdifferential an interval.
 */
export const hinge: Loss = {
  name: 'hinge',
  formula: 'sum_j max(0, 1 - y_j v_j), y in {-1, 1}',
  solution: 'closed form',
  reference: 'ZLLY Lemma 14 (E.4)',
  coding: '-1/1',
  tasks: ['classification'],
  properties: {
    convex: true,
    smooth: false,
    nonnegative: true,
    definability: 'semialgebraic',
    gradientLipschitz: undefined,
  },
  value: (o, v, y) => o.sum(o.relu(o.sub(o.scalar(1), o.mul(y, v))), 1),
  prox(o, x, y, step) {
    const margin = o.mul(y, x);
    const grown = o.min(o.add(margin, o.scalar(step)), o.scalar(1));
    return o.mul(y, o.max(margin, grown));
  },
  subdifferential(o, v, y) {
    const slack = o.sub(o.scalar(1), o.mul(y, v));
    const [zero, one] = [o.scalar(0), o.scalar(1)];
    // −y where the margin is below 1, 0 where it is above, everything between at the corner.
    const active = o.indicator(o.less(zero, slack));
    const touching = o.where(o.less(slack, zero), zero, one);
    const ends = [scaled(o, -1, o.mul(y, active)), scaled(o, -1, o.mul(y, touching))] as const;
    return { lower: o.min(...ends), upper: o.max(...ends) };
  },
};
