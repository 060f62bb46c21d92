import type { BatchMethod } from '../splitting/batchMethod.ts';
import { gradientMethod } from './gradientMethod.ts';
import { movingAverage } from './movingAverage.ts';

const [rho, floor] = [0.9, 1e-8];

/**
 * RMSProp (Tieleman & Hinton 2012, lecture 6e): the gradient is divided by the root of the moving average of its square,
 *   s ← ρ s + (1 − ρ) g²,   x ← x − η g / (√s + ε).
 * The lecture has no ε; it keeps the quotient finite where no gradient has been.
 */
export const rmsProp: BatchMethod = gradientMethod({
  name: 'rmsProp',
  title: 'RMSProp',
  reference: 'Tieleman & Hinton 2012, lecture 6e',
  rate: 0.001,
  keeps: ['mean square'],
  update(o, { x, g, kept, rate }) {
    const squares = movingAverage(o, rho, kept['mean square'], o.mul(g, g));
    const step = o.div(o.mul(rate, g), o.add(o.sqrt(squares), o.scalar(floor)));
    return { x: o.sub(x, step), kept: { 'mean square': squares } };
  },
});
