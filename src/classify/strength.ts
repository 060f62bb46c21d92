import { UserError } from '../algebra/errors.ts';
import { type Matrix, squaredNorm } from '../algebra/tensor.ts';

/** @throws UserError unless C is positive and finite. */
export function requireStrength(C: number): void {
  if (!(C > 0 && C < Number.POSITIVE_INFINITY))
    throw new UserError(`C is ${C} where a positive number was expected: give for example 1.`);
}

/** @throws UserError where a feature is not finite. */
export function requireFinite(features: Matrix): void {
  if (!Number.isFinite(squaredNorm(features)))
    throw new UserError(
      'The features have numbers that are not finite, and no classifier can be trained on them: rescale the inputs.',
    );
}

/**
 * Candidates for C, powers of ten from 10^from to 10^to over the mean of ‖x_i‖² rounded to a power of ten: features that are ten
 * times larger want a C that is a hundred times smaller. Where all features are 0, every C is as good.
 */
export function strengthGrid(features: Matrix, from: number, to: number): number[] {
  const meanSquare = squaredNorm(features) / features.shape[0];
  const size = meanSquare === 0 ? 0 : Math.round(Math.log10(meanSquare));
  return Array.from({ length: to - from + 1 }, (_, k) => Number(`1e${from + k - size}`));
}
