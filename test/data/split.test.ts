import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrix } from '../../src/algebra/tensor.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { shard, split, take } from '../../src/data/split.ts';
import { complaint, expectValid } from './helpers.ts';

/** Row i is [i, -i] with target 10 i. */
function numbered(rows: number): Dataset {
  const column = Array.from({ length: rows }, (_, row) => row);
  return {
    inputs: matrix(rows, 2, Float32Array.from(column.flatMap((row) => [row, -row]))),
    targets: matrix(
      rows,
      1,
      Float32Array.from(column, (row) => 10 * row),
    ),
    task: 'regression',
    outputs: ['y'],
    features: ['a', 'b'],
    kind: 'table',
  };
}

const rowNumbers = ({ targets }: Dataset): number[] => [...targets.data].map((value) => value / 10);

describe('split', () => {
  it('parts the rows, each with its target', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        (rows, fraction, seed) => {
          const size = Math.round(rows * fraction);
          fc.pre(size > 0 && size < rows);
          const { train, held } = split(numbered(rows), fraction, seed);
          expect(held.inputs.shape[0]).toBe(size);
          for (const part of [train, held]) {
            expectValid(part);
            expect([...part.inputs.data]).toEqual(rowNumbers(part).flatMap((row) => [row, -row]));
          }
          const all = [...rowNumbers(train), ...rowNumbers(held)].sort((a, b) => a - b);
          expect(all).toEqual(rowNumbers(numbered(rows)));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('gives the same parts for the same seed, today as before', () => {
    const { held, train } = split(numbered(10), 0.3, 7);
    expect(rowNumbers(held)).toMatchInlineSnapshot(`
      [
        2,
        0,
        7,
      ]
    `);
    expect(rowNumbers(train)).toMatchInlineSnapshot(`
      [
        5,
        4,
        8,
        9,
        1,
        6,
        3,
      ]
    `);
    expect(split(numbered(10), 0.3, 7)).toEqual({ held, train });
    expect(split(numbered(10), 0.3, 8)).not.toEqual({ held, train });
  });

  it('chooses every row about as often', () => {
    const chosen = new Array<number>(10).fill(0);
    for (let seed = 0; seed < 2000; seed++)
      for (const row of rowNumbers(split(numbered(10), 0.2, seed).held)) chosen[row]!++;
    // Expected 400, standard deviation 18.
    for (const count of chosen) expect(Math.abs(count - 400)).toBeLessThan(90);
  });

  it.each([0, 1, -0.1, 1.5, Number.NaN])('refuses the fraction %d', (fraction) => {
    expect(complaint(() => split(numbered(10), fraction, 0))).toMatch(/fraction .* is .* between 0 and 1/);
  });

  it.each([-1, 0.5, 2 ** 32, Number.NaN])('refuses the seed %d', (seed) => {
    expect(complaint(() => split(numbered(10), 0.5, seed))).toMatch(/the seed is .* whole number/);
  });

  it('refuses an empty part', () => {
    expect(complaint(() => split(numbered(2), 0.2, 0))).toMatch(/0\.2 of 2 rows .* no rows to test on/);
    expect(complaint(() => split(numbered(1), 0.9, 0))).toMatch(/0\.9 of 1 row .* no rows to train on/);
  });
});

describe('take', () => {
  it('views the first rows', () => {
    const dataset = numbered(5);
    const first = take(dataset, 2);
    expectValid(first);
    expect(rowNumbers(first)).toEqual([0, 1]);
    expect(first.inputs.data.buffer).toBe(dataset.inputs.data.buffer);
    expect(first.features).toEqual(['a', 'b']);
  });

  it.each([0, -1, 1.5, 6, Number.NaN])('refuses to take %d of 5', (count) => {
    expect(complaint(() => take(numbered(5), count))).toMatch(/first .* samples .* has 5: .* from 1 to 5/);
  });
});

describe('shard', () => {
  it('parts the rows in order, evenly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (rows, size) => {
        fc.pre(size <= rows);
        const parts = Array.from({ length: size }, (_, rank) => shard(numbered(rows), rank, size));
        parts.forEach(expectValid);
        expect(parts.flatMap(rowNumbers)).toEqual(rowNumbers(numbered(rows)));
        const sizes = parts.map(({ inputs }) => inputs.shape[0]);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 100 },
    );
  });

  it('refuses more shards than rows', () => {
    expect(complaint(() => shard(numbered(2), 0, 3))).toMatch(/3 shards .* 2 rows, .* at most 2/);
  });

  it.each([
    [3, 3],
    [-1, 3],
    [0.5, 3],
    [0, 0],
    [0, 1.5],
  ])('refuses shard %d of %d', (rank, size) => {
    expect(complaint(() => shard(numbered(5), rank, size))).toMatch(
      /shard .* of .* number the shards from 0/,
    );
  });
});
