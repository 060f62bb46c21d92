import { type Ops, scaled } from '../../algebra/ops.ts';
import type { Loss } from '../loss.ts';
import { logistic } from './logistic.ts';

/**
 * Binary cross-entropy of each output, y ∈ {0, 1}, ŷ = 1/(1 + e^{−v}):
 *   ℓ(v; y) = −Σ_j [y_j log ŷ_j + (1 − y_j) log(1 − ŷ_j)].
 *
 * As 1 − ŷ(v) = ŷ(−v), each term is log(1 + e^{−(2y−1)v}): the logistic loss with its targets coded 0/1. The paper divides the
 * sum by the number of outputs d_N; that is the same problem with γ and α, and the weights of regularizers, multiplied by d_N.
 */
export const crossEntropy: Loss = {
  ...logistic,
  name: 'crossEntropy',
  formula: '-sum_j [y_j log p_j + (1 - y_j) log(1 - p_j)], p = sigmoid(v)',
  reference: 'ZLLY 2.1.1, appendix B (a3)',
  coding: '0/1',
  value: (o, v, y) => logistic.value(o, v, signs(o, y)),
  prox: (o, x, y, step) => logistic.prox(o, x, signs(o, y), step),
  subdifferential: (o, v, y) => logistic.subdifferential(o, v, signs(o, y)),
};

function signs<T>(o: Ops<T>, y: T): T {
  return o.sub(scaled(o, 2, y), o.scalar(1));
}
