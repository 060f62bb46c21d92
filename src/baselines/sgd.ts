import type { BatchMethod } from '../splitting/batchMethod.ts';
import { gradientMethod } from './gradientMethod.ts';

/** x ← x − η g, η the learning rate and g the gradient of the batch. */
export const sgd: BatchMethod = gradientMethod({
  name: 'sgd',
  title: 'stochastic gradient descent',
  reference: 'Robbins & Monro 1951',
  rate: 0.1,
  keeps: [],
  update: (o, { x, g, rate }) => ({ x: o.sub(x, o.mul(rate, g)), kept: {} }),
});
