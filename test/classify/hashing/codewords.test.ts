import { describe, expect, it } from 'vitest';
import { codewords } from '../../../src/classify/hashing/codewords.ts';
import { distanceOf } from './randomCodes.ts';

const rowsOf = (classes: number, bits: number, seed = 0): number[][] => {
  const { data } = codewords(classes, bits, seed);
  return Array.from({ length: classes }, (_, a) => [...data.subarray(a * bits, (a + 1) * bits)]);
};

describe('codewords', () => {
  it.each([
    [2, 16],
    [3, 17],
    [10, 64],
    [100, 32],
  ])('of %i classes and %i bits halve the classes in every bit', (classes, bits) => {
    const rows = rowsOf(classes, bits);
    for (let k = 0; k < bits; k++) {
      expect(rows.every((row) => Math.abs(row[k]!) === 1)).toBe(true);
      expect(rows.filter((row) => row[k] === 1)).toHaveLength(Math.ceil(classes / 2));
    }
  });

  // Of ten codewords the mean distance is 5 K/9 at most, and so the least (Plotkin 1960): 8, 17, 35 and 71 here.
  it.each([
    [16, 7],
    [32, 15],
    [64, 32],
    [128, 68],
  ])('of ten classes and %i bits are at least %i apart', (bits, least) => {
    for (const seed of [0, 1, 2]) {
      const rows = rowsOf(10, bits, seed);
      const distances = rows.flatMap((row, a) => rows.slice(0, a).map((other) => distanceOf(row, other)));
      expect(Math.min(...distances)).toBeGreaterThanOrEqual(least);
    }
  });

  it('are the same for the same seed only', () => {
    expect(codewords(10, 32, 3)).toEqual(codewords(10, 32, 3));
    expect(codewords(10, 32, 3)).not.toEqual(codewords(10, 32, 4));
  });
});
