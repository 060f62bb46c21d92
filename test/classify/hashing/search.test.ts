import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/algebra/errors.ts';
import { popcount } from '../../../src/classify/hashing/hamming.ts';
import { search } from '../../../src/classify/hashing/search.ts';
import { distanceOf, randomCodes } from './randomCodes.ts';

it('counts the ones of any word', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (word) => {
      expect(popcount(word | 0)).toBe([...word.toString(2)].filter((digit) => digit === '1').length);
    }),
    { seed: 1, numRuns: 1000 },
  );
});

describe('search', () => {
  const sizes = fc.record({
    count: fc.integer({ min: 1, max: 40 }),
    patterns: fc.integer({ min: 1, max: 40 }),
    bits: fc.integer({ min: 1, max: 130 }),
    seed: fc.nat(1000),
  });

  it('ranks as a stable sort by distance does: ties by place in the index', () => {
    fc.assert(
      fc.property(sizes, ({ count, patterns, bits, seed }) => {
        const index = randomCodes(count, bits, seed, patterns);
        const queries = randomCodes(3, bits, seed + 1);
        const k = 1 + (seed % count);
        const { places, distances } = search(index.codes, queries.codes, k);
        for (const [q, query] of queries.rows.entries()) {
          const ranked = index.rows
            .map((row, place) => ({ place, distance: distanceOf(row, query) }))
            .sort((a, b) => a.distance - b.distance || a.place - b.place)
            .slice(0, k);
          expect([...places.subarray(q * k, (q + 1) * k)]).toEqual(ranked.map(({ place }) => place));
          expect([...distances.subarray(q * k, (q + 1) * k)]).toEqual(ranked.map((one) => one.distance));
        }
      }),
      { seed: 1 },
    );
  });

  const three = randomCodes(3, 32, 1).codes;
  it.each([
    ['an empty index', { ...three, count: 0, words: new Uint32Array() }, three, 1, /index holds no codes/],
    ['no queries', three, { ...three, count: 0, words: new Uint32Array() }, 1, /There are no queries/],
    ['another length', three, randomCodes(2, 64, 1).codes, 1, /codes of 64 bits where the index .* of 32/],
    ['no neighbours', three, three, 0, /0 neighbours were asked for where the index has 3 codes/],
    ['too many neighbours', three, three, 4, /4 neighbours were asked for/],
    ['a part of a neighbour', three, three, 1.5, /1\.5 neighbours/],
  ])('refuses %s', (_, index, queries, k, words) => {
    expect(() => search(index, queries, k)).toThrow(UserError);
    expect(() => search(index, queries, k)).toThrow(words);
  });
});
