import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/algebra/errors.ts';
import {
  averagePrecision,
  harmonicNumbers,
  hashingMetrics,
  precisionAt,
} from '../../../src/classify/hashing/metrics.ts';
import type { Labelled, Relevance } from '../../../src/classify/hashing/relevance.ts';
import { expectClose as expectAllClose } from '../../oracle/expectClose.ts';
import { averagePrecisionOf, meanOf, rankingsOf } from '../../oracle/rankings.ts';
import { closedForm } from '../../tolerance.ts';
import { distanceOf, randomCodes } from './randomCodes.ts';

const expectClose = (actual: number, expected: number): void =>
  expectAllClose([actual], [expected], closedForm);

interface Item {
  readonly distance: number;
  readonly relevant: boolean;
}

/** At most seven codes at distances 0 to 3: few enough for all orders of their ties. */
const items = fc.array(fc.record({ distance: fc.nat(3), relevant: fc.boolean() }), {
  minLength: 1,
  maxLength: 7,
});

function relevance(list: readonly Item[]): Relevance {
  const [found, relevant] = [new Uint32Array(4), new Uint32Array(4)];
  for (const one of list) {
    found[one.distance]!++;
    if (one.relevant) relevant[one.distance]!++;
  }
  return { found, relevant };
}

describe('measures of a ranking with ties are means over all orders of the ties:', () => {
  it('average precision', () => {
    fc.assert(
      fc.property(
        items.filter((list) => list.some(({ relevant }) => relevant)),
        (list) => {
          const expected = meanOf(rankingsOf(list).map(averagePrecisionOf));
          expectClose(averagePrecision(relevance(list), harmonicNumbers(list.length)), expected);
        },
      ),
      { seed: 1 },
    );
  });

  it('precision at k', () => {
    fc.assert(
      fc.property(items, fc.nat(6), (list, most) => {
        const k = Math.min(list.length, most + 1);
        const expected = meanOf(
          rankingsOf(list).map(
            (ranking) => ranking.slice(0, k).filter(({ relevant }) => relevant).length / k,
          ),
        );
        expectClose(precisionAt(relevance(list), k), expected);
      }),
      { seed: 2 },
    );
  });
});

const labelled = (codes: Labelled['codes'], labels: readonly number[]): Labelled => ({
  codes,
  labels: Uint32Array.from(labels),
});

describe('hashingMetrics', () => {
  it('agrees with looking at every pair', () => {
    const shape = fc.record({ bits: fc.integer({ min: 1, max: 40 }), seed: fc.nat(1000) });
    fc.assert(
      fc.property(shape, ({ bits, seed }) => {
        const [index, queries] = [randomCodes(30, bits, seed, 8), randomCodes(5, bits, seed + 1)];
        const of = (count: number) => Array.from({ length: count }, (_, i) => (i * 7 + seed) % 3);
        const [indexLabels, queryLabels] = [of(30), of(5)];
        const metrics = hashingMetrics(
          labelled(index.codes, indexLabels),
          labelled(queries.codes, queryLabels),
          4,
        );
        const pairs = queries.rows.map((query, q) =>
          index.rows.map((row, i) => ({
            distance: distanceOf(row, query),
            relevant: indexLabels[i] === queryLabels[q],
          })),
        );
        const hits = (list: readonly Item[]): number => list.filter(({ relevant }) => relevant).length;
        const near = pairs.map((list) => list.filter(({ distance }) => distance <= 2));
        expectClose(
          metrics.precisionInRadius,
          meanOf(near.map((list) => (list.length === 0 ? 0 : hits(list) / list.length))),
        );
        expectClose(metrics.recallInRadius, meanOf(near.map((list, q) => hits(list) / hits(pairs[q]!))));
        expect(metrics.nothingInRadius).toBe(near.filter((list) => list.length === 0).length / 5);
        const everything = pairs.flat();
        const radii = [...new Set(everything.map(({ distance }) => distance))].sort((a, b) => a - b);
        expect(metrics.curve).toEqual(
          radii.map((radius) => {
            const inside = everything.filter(({ distance }) => distance <= radius);
            return { recall: hits(inside) / hits(everything), precision: hits(inside) / inside.length };
          }),
        );
      }),
      { seed: 3 },
    );
  });

  it('is 1 where every class has a code of its own, and the share of the class where all codes are equal', () => {
    const words = { bits: 32, count: 4, words: Uint32Array.of(0, 0, 0xffff, 0xffff) };
    const own = labelled(words, [0, 0, 1, 1]);
    expect(hashingMetrics(own, own, 2)).toMatchObject({
      meanAveragePrecision: 1,
      precisionAtK: 1,
      precisionInRadius: 1,
      recallInRadius: 1,
      nothingInRadius: 0,
    });
    const equal = labelled({ ...words, words: new Uint32Array(4) }, [0, 0, 1, 1]);
    expect(hashingMetrics(equal, equal, 1).precisionAtK).toBe(0.5);
    expect(hashingMetrics(equal, equal, 1).curve).toEqual([{ recall: 1, precision: 0.5 }]);
  });

  it('leaves queries of a class that is not indexed out of mAP and recall, and counts them in precision', () => {
    const codes = { bits: 16, count: 1, words: Uint32Array.of(1) };
    const both = { bits: 16, count: 2, words: Uint32Array.of(1, 1) };
    expect(hashingMetrics(labelled(codes, [0]), labelled(both, [0, 5]), 1)).toMatchObject({
      meanAveragePrecision: 1,
      recallInRadius: 1,
      precisionAtK: 0.5,
      precisionInRadius: 0.5,
    });
  });

  const { codes } = randomCodes(2, 16, 1);
  it.each([
    ['more neighbours than codes', [0, 1], [0, 1], 3, /3 neighbours/],
    ['an index without labels', [], [0, 1], 1, /codes of the index have 0 labels where each of the 2/],
    ['queries without labels', [0, 1], [0], 1, /codes of the queries have 1 labels/],
    ['classes that do not meet', [0, 1], [2, 3], 1, /No query has a class that the index holds/],
  ])('refuses %s', (_, indexed, asked, k, words) => {
    const run = () => hashingMetrics(labelled(codes, indexed), labelled(codes, asked), k);
    expect(run).toThrow(UserError);
    expect(run).toThrow(words);
  });
});
