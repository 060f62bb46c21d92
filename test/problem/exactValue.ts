import { scaled } from '../../src/algebra/ops.ts';
import type { Tensor } from '../../src/algebra/tensor.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import type { Regularizer } from '../../src/problem/regularizer.ts';
import { edgeAllowance } from '../tolerance.ts';

/**
 * The value without what an indicator function of a whole row allows for rounding at the edge of its set. Coordinates
 * alone are compared exactly.
 */
export function exactValue(regularizer: Regularizer, x: Tensor): Tensor {
  return regularizer.value(o, regularizer.distance === undefined ? x : scaled(o, 1 + edgeAllowance, x));
}
