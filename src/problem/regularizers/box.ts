import { UserError } from '../../algebra/errors.ts';
import type { Regularizer } from '../regularizer.ts';

/**
 * r(x) = 0 if lo ≤ x ≤ hi, else +∞: a constraint, whatever its weight. Outside of it no slope is finite.
 *
 * The bounds are numbers of float32, so that clamped values obey them exactly after rounding as well.
 */
const member = (lo: number, hi: number): Regularizer => ({
  name: `box(${lo},${hi})`,
  formula: `0 if ${lo} <= x <= ${hi}, else infinite`,
  solution: 'closed form',
  reference: 'ZLLY 2.1.1, appendix B (c5)',
  properties: {
    convex: true,
    smooth: false,
    nonnegative: true,
    definability: 'semialgebraic',
    curvature: undefined,
    coercive: true,
  },
  value(o, x) {
    const outside = o.scalar(Number.POSITIVE_INFINITY);
    const below = o.where(o.less(x, o.scalar(lo)), outside, o.scalar(0));
    return o.sum(o.where(o.less(o.scalar(hi), x), outside, below), 1);
  },
  prox: (o, z) => o.min(o.max(z, o.scalar(lo)), o.scalar(hi)),
  subdifferential(o, x) {
    const [zero, up, low, high] = [
      o.scalar(0),
      o.scalar(Number.POSITIVE_INFINITY),
      o.scalar(lo),
      o.scalar(hi),
    ];
    const down = o.sub(zero, up);
    return {
      lower: o.where(o.less(low, x), o.where(o.less(high, x), up, zero), down),
      upper: o.where(o.less(x, high), o.where(o.less(x, low), down, zero), up),
    };
  },
});

export const box: Regularizer = {
  ...member(-1, 1),
  name: 'box',
  formula: '0 if lo <= x <= hi, else infinite',
  family: {
    parameters: ['lo', 'hi'],
    admissible: 'lo <= hi; -1,1 by default',
    make(lo: number, hi: number) {
      const [low, high] = [float32AtLeast(lo), -float32AtLeast(-hi)];
      if (!(low <= high))
        throw new UserError(
          `box(${lo},${hi}) is empty in float32: give a lower bound below the upper bound, such as box(-1,1).`,
        );
      return member(low, high);
    },
  },
};

/** The smallest number of float32 that is not below x. */
function float32AtLeast(x: number): number {
  const nearest = Float32Array.of(x);
  if (nearest[0]! >= x) return nearest[0]!;
  if (nearest[0] === 0) return 2 ** -149;
  // The bits of a float count up with its size.
  new Int32Array(nearest.buffer)[0]! += nearest[0]! > 0 ? 1 : -1;
  return nearest[0]!;
}
