import { isQuadratic, type Weighted } from '../../problem/problem.ts';

/**
 * Lengths of a step towards the minimiser of a model that are tried; 1 ends at the minimiser. Beyond it the value of a
 * regularizer that is not quadratic may be infinite.
 */
export function stepLengths(regularizer: Weighted): readonly number[] {
  const within = [1, 1 / 2, 1 / 4, 1 / 16, 1 / 64, 1 / 256];
  return isQuadratic(regularizer) ? [4, 2, ...within] : within;
}
