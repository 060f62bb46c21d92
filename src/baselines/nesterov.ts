import { scaled } from '../algebra/ops.ts';
import type { BatchMethod } from '../splitting/batchMethod.ts';
import { gradientMethod } from './gradientMethod.ts';

/** μ. */
const momentum = 0.9;

/**
 * Nesterov's accelerated gradient as Sutskever et al. 2013 (3), (4) write it takes the gradient ahead of the parameters θ:
 *   v′ = μ v − η ∇f(θ + μ v),   θ′ = θ + v′.
 * Here the parameters are the points ahead, x = θ + μ v, so that the gradient is that of the present parameters, g = ∇f(x)
 * (Bengio et al. 2013, section 3.5). As x′ = θ + v′ + μ v′ and θ = x − μ v,
 *   v′ = μ v − η g,   x′ = x + μ v′ − η g.
 * With v = 0 at first both begin at the same point.
 */
export const nesterov: BatchMethod = gradientMethod({
  name: 'nesterov',
  title: 'gradient descent with Nesterov momentum',
  reference: 'Nesterov 1983; Sutskever et al. 2013',
  rate: 0.05,
  keeps: ['velocity'],
  update(o, { x, g, kept, rate }) {
    const down = o.mul(rate, g);
    const velocity = o.sub(scaled(o, momentum, kept.velocity), down);
    return { x: o.sub(o.add(x, scaled(o, momentum, velocity)), down), kept: { velocity } };
  },
});
