import { type Ops, scaled } from '../algebra/ops.ts';
import type { BatchMethod } from '../splitting/batchMethod.ts';
import { gradientMethod } from './gradientMethod.ts';
import { movingAverage } from './movingAverage.ts';

/** β_1, β_2 and ε. */
const [beta1, beta2, floor] = [0.9, 0.999, 1e-8];

/**
 * Adam (Kingma & Ba 2015, algorithm 1), at the step t = 1, 2, …:
 *   m ← β_1 m + (1 − β_1) g,   s ← β_2 s + (1 − β_2) g²,
 *   x ← x − η m̂ / (√ŝ + ε),   m̂ = m/(1 − β_1^t),   ŝ = s/(1 − β_2^t).
 */
export const adam: BatchMethod = gradientMethod({
  name: 'adam',
  title: 'Adam',
  reference: 'Kingma & Ba 2015, algorithm 1',
  rate: 0.001,
  keeps: ['mean', 'mean square'],
  update(o, { x, g, kept, rate, t }) {
    const mean = movingAverage(o, beta1, kept.mean, g);
    const squares = movingAverage(o, beta2, kept['mean square'], o.mul(g, g));
    const [direction, size] = [unbiased(o, mean, beta1, t), o.sqrt(unbiased(o, squares, beta2, t))];
    const step = o.div(o.mul(rate, direction), o.add(size, o.scalar(floor)));
    return { x: o.sub(x, step), kept: { mean, 'mean square': squares } };
  },
});

/** average/(1 − β^t): a moving average from 0 on has had weights that add up to 1 − β^t. */
function unbiased<T>(o: Ops<T>, average: T, beta: number, t: T): T {
  const power = o.exp(scaled(o, Math.log(beta), t));
  return o.div(average, o.sub(o.scalar(1), power));
}
