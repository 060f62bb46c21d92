import { absolute } from '../../algebra/ops.ts';
import type { Regularizer } from '../regularizer.ts';
import { softThreshold } from '../softThreshold.ts';

/** r(x) = ‖x‖₁. */
export const l1: Regularizer = {
  name: 'l1',
  formula: '||x||_1',
  solution: 'closed form',
  reference: 'ZLLY 2.1.1, appendix B (c3)',
  properties: {
    convex: true,
    smooth: false,
    nonnegative: true,
    definability: 'semialgebraic',
    curvature: undefined,
    coercive: true,
  },
  value: (o, x) => o.sum(absolute(o, x), 1),
  prox: softThreshold,
  subdifferential(o, x) {
    const [zero, one, minus] = [o.scalar(0), o.scalar(1), o.scalar(-1)];
    return { lower: o.where(o.less(zero, x), one, minus), upper: o.where(o.less(x, zero), minus, one) };
  },
};
