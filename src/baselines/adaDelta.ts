import { scaled } from '../algebra/ops.ts';
import type { BatchMethod } from '../splitting/batchMethod.ts';
import { gradientMethod } from './gradientMethod.ts';
import { movingAverage } from './movingAverage.ts';

const [rho, floor] = [0.95, 1e-6];

/**
 * AdaDelta (Zeiler 2012, algorithm 1), with RMS[a] = √(E[a²] + ε):
 *   E[g²] ← ρ E[g²] + (1 − ρ) g²,   Δ = −RMS[Δ]/RMS[g] · g,   E[Δ²] ← ρ E[Δ²] + (1 − ρ) Δ²,   x ← x + η Δ.
 * The published method has no learning rate: η = 1.
 */
export const adaDelta: BatchMethod = gradientMethod({
  name: 'adaDelta',
  title: 'AdaDelta',
  reference: 'Zeiler 2012',
  rate: 1,
  keeps: ['mean square', 'mean square step'],
  update(o, { x, g, kept, rate }) {
    const squares = movingAverage(o, rho, kept['mean square'], o.mul(g, g));
    const [steps, gradients] = [kept['mean square step'], squares].map((mean) =>
      o.sqrt(o.add(mean, o.scalar(floor))),
    );
    const step = scaled(o, -1, o.mul(o.div(steps!, gradients!), g));
    return {
      x: o.add(x, o.mul(rate, step)),
      kept: {
        'mean square': squares,
        'mean square step': movingAverage(o, rho, kept['mean square step'], o.mul(step, step)),
      },
    };
  },
});
