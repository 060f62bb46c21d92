import { UserError } from '../../algebra/errors.ts';
import { absolute, scaled, squaredNorms } from '../../algebra/ops.ts';
import type { Regularizer } from '../regularizer.ts';
import { softThreshold } from '../softThreshold.ts';
import { l1 } from './l1.ts';

/**
 * r(x) = ratio ‖x‖₁ + (1 − ratio)/2 ‖x‖². The square only shrinks what the soft threshold leaves:
 * x − z + step (1 − ratio) x + step ratio ∂|x| ∋ 0 at x = soft(z, step ratio) / (1 + step (1 − ratio)).
 */
const member = (ratio: number): Regularizer => ({
  name: `elasticNet(${ratio})`,
  formula: `${ratio} ||x||_1 + ${1 - ratio}/2 ||x||^2`,
  solution: 'closed form',
  reference: 'ZLLY 2.1.1, appendix B (c4); Zou & Hastie 2005',
  properties: l1.properties,
  value: (o, x) =>
    o.add(scaled(o, ratio, o.sum(absolute(o, x), 1)), scaled(o, (1 - ratio) / 2, squaredNorms(o, x))),
  prox: (o, z, step) =>
    o.div(softThreshold(o, z, scaled(o, ratio, step)), o.add(o.scalar(1), scaled(o, 1 - ratio, step))),
  subdifferential(o, x) {
    const corner = l1.subdifferential(o, x);
    const slope = scaled(o, 1 - ratio, x);
    return {
      lower: o.add(scaled(o, ratio, corner.lower), slope),
      upper: o.add(scaled(o, ratio, corner.upper), slope),
    };
  },
});

export const elasticNet: Regularizer = {
  ...member(0.5),
  name: 'elasticNet',
  formula: 'ratio ||x||_1 + (1 - ratio)/2 ||x||^2',
  family: {
    parameters: ['ratio'],
    admissible: '0 < ratio < 1; 0.5 by default',
    make(ratio: number) {
      if (!(ratio > 0 && ratio < 1))
        throw new UserError(
          `The ratio of elasticNet is ${ratio}: give a number between 0 and 1; the ends are squaredL2 and l1.`,
        );
      return member(ratio);
    },
  },
};
