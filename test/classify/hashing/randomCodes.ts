import { matrix } from '../../../src/algebra/tensor.ts';
import { type Codes, packSigns } from '../../../src/classify/hashing/codes.ts';
import { draw } from '../../oracle/draw.ts';

/** Rows of ±1, and the same packed; few different ones where `patterns` is small, so that distances are tied. */
export function randomCodes(
  count: number,
  bits: number,
  seed: number,
  patterns: number = count,
): { readonly rows: number[][]; readonly codes: Codes } {
  const random = draw(seed);
  const pool = Array.from({ length: patterns }, () =>
    Array.from({ length: bits }, () => (random.uniform(0, 1) < 0.5 ? -1 : 1)),
  );
  const rows = Array.from({ length: count }, () => random.pick(pool));
  return { rows, codes: packSigns(matrix(count, bits, Float32Array.from(rows.flat()))) };
}

/** Places where two rows differ. */
export function distanceOf(one: readonly number[], other: readonly number[]): number {
  return one.filter((value, k) => value !== other[k]).length;
}
