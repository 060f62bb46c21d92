import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunksOf, emptySamples, gather, sizes, viewSamples } from '../../src/algebra/samples.ts';
import { matrix, type Precision, precisionOf } from '../../src/algebra/tensor.ts';
import { draw } from '../oracle/draw.ts';

const counts = fc.integer({ min: 1, max: 5000 });

describe('chunks', () => {
  it('cut n samples into as few nearly equal parts as the limit allows', () => {
    fc.assert(
      fc.property(counts, counts, (n, rows) => {
        const chunks = chunksOf(n, rows);
        const parts = sizes(chunks);
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(n);
        expect(parts).toHaveLength(Math.ceil(n / rows));
        expect(Math.max(...parts)).toBeLessThanOrEqual(rows);
        expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
        expect(chunks.largest).toBe(Math.max(...parts));
        expect([chunks.starts[0], chunks.starts.at(-1)]).toEqual([0, n]);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe.each(['float32', 'float64'] as const)('samples in %s', (precision) => {
  const chunks = chunksOf(10, 4);
  const data = draw(1).matrix(10, 3);

  it('hold the rows of a matrix in order', () => {
    const samples = viewSamples(chunks, data, precision);
    expect(samples.chunks.map(({ length }) => length / 3)).toEqual(sizes(chunks));
    const back = gather(samples);
    expect(back.shape).toEqual([10, 3]);
    expect(precisionOf(back)).toBe(precision);
    expect([...back.data]).toEqual([...data.data]);
  });

  it('view a matrix of their own precision and copy one of another', () => {
    for (const of of ['float32', 'float64'] as Precision[]) {
      const source = matrix(
        2,
        2,
        of === 'float32' ? Float32Array.of(1, 2, 3, 4) : Float64Array.of(1, 2, 3, 4),
      );
      const samples = viewSamples(chunksOf(2, 1), source, precision);
      source.data[3] = 9;
      expect([...gather(samples).data]).toEqual([1, 2, 3, of === precision ? 9 : 4]);
    }
  });

  it('start empty with room of their own', () => {
    const samples = emptySamples(chunks, 2, precision);
    expect(samples.chunks.map(({ length }) => length / 2)).toEqual(sizes(chunks));
    expect(new Set(samples.chunks.map(({ buffer }) => buffer)).size).toBe(3);
    expect([...gather(samples).data]).toEqual(new Array(20).fill(0));
  });
});
