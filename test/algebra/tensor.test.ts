import { describe, expect, it } from 'vitest';
import { normals } from '../../src/algebra/random.ts';
import { epsilon, matrix, rowsOf, toPrecision, transpose } from '../../src/algebra/tensor.ts';

describe('tensors', () => {
  const a = matrix(2, 3, Float64Array.of(1, 2, 3, 4, 5, 6));

  it('have as many numbers as their shape says', () => {
    expect(() => matrix(2, 3, new Float64Array(5))).toThrow('a 2 x 3 matrix needs 6 numbers, not 5');
  });

  it('transpose', () => {
    expect(transpose(a)).toEqual(matrix(3, 2, Float64Array.of(1, 4, 2, 5, 3, 6)));
  });

  it('change precision by copying and keep it by not copying', () => {
    const narrow = toPrecision(a, 'float32');
    expect(narrow).toEqual(matrix(2, 3, Float32Array.of(1, 2, 3, 4, 5, 6)));
    expect(toPrecision(a, 'float64')).toBe(a);
  });

  it('share their memory with their rows', () => {
    const b = matrix(2, 3, a.data.slice());
    const last = rowsOf(b, 1, 2);
    b.data[3] = 7;
    expect(last).toEqual(matrix(1, 3, Float64Array.of(7, 5, 6)));
  });

  it('know the spacing of their numbers', () => {
    expect([Math.fround(1 + epsilon.float32) > 1, Math.fround(1 + epsilon.float32 / 2) > 1]).toEqual([
      true,
      false,
    ]);
    expect([1 + epsilon.float64 > 1, 1 + epsilon.float64 / 2 > 1]).toEqual([true, false]);
  });
});

describe('normal numbers', () => {
  const many = (seed: number, count: number): number[] => Array.from({ length: count }, normals(seed));

  it('are the same for the same seed, today as before', () => {
    expect(many(1, 3)).toMatchInlineSnapshot(`
      [
        0.06324643514672819,
        2.2256006423336485,
        0.8603652992676362,
      ]
    `);
    expect(many(1, 3)).not.toEqual(many(2, 3));
  });

  it('have mean 0 and variance 1', () => {
    const count = 20_000;
    const draws = many(5, count);
    const mean = draws.reduce((sum, x) => sum + x, 0) / count;
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / count;
    // Five standard errors.
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(count));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
  });
});
