import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { permutation } from '../../src/algebra/random.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('a permutation', () => {
  it('holds every number once', () => {
    fc.assert(
      fc.property(fc.nat(200), seeds, (n, seed) => {
        const sorted = [...permutation(n, seed)].sort((a, b) => a - b);
        expect(sorted).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('repeats with its seed and changes with it', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        expect(permutation(50, seed)).toEqual(permutation(50, seed));
        expect(permutation(50, seed)).not.toEqual(permutation(50, (seed + 1) >>> 0));
      }),
      { seed: 2, numRuns: 50 },
    );
  });

  it('takes every number to every place about equally often', () => {
    const [n, draws] = [5, 5000];
    const counts = Array.from({ length: n }, () => new Array<number>(n).fill(0));
    for (let seed = 0; seed < draws; seed++)
      for (const [place, value] of permutation(n, seed).entries()) counts[value]![place]!++;
    // Five standard deviations of a binomial count.
    const [mean, deviation] = [draws / n, Math.sqrt((draws / n) * (1 - 1 / n))];
    for (const count of counts.flat()) expect(Math.abs(count - mean)).toBeLessThan(5 * deviation);
  });
});
