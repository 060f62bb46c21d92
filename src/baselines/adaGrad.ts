import type { BatchMethod } from '../splitting/batchMethod.ts';
import { gradientMethod } from './gradientMethod.ts';

/** δ, which keeps the quotient finite where no gradient has been. */
const floor = 1e-10;

/**
 * AdaGrad with a diagonal matrix (Duchi, Hazan & Singer 2011, figure 1), without a constraint or regularizer, for which the step
 * of composite mirror descent is
 *   s ← s + g²,   x ← x − η g / (δ + √s).
 */
export const adaGrad: BatchMethod = gradientMethod({
  name: 'adaGrad',
  title: 'AdaGrad',
  reference: 'Duchi, Hazan & Singer 2011',
  rate: 0.01,
  keeps: ['sum of squares'],
  update(o, { x, g, kept, rate }) {
    const squares = o.add(kept['sum of squares'], o.mul(g, g));
    const step = o.div(o.mul(rate, g), o.add(o.scalar(floor), o.sqrt(squares)));
    return { x: o.sub(x, step), kept: { 'sum of squares': squares } };
  },
});
