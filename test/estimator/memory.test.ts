import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/algebra/errors.ts';
import { estimateMemory, requireMemory } from '../../src/estimator/memory.ts';

const widths = [784, 1500, 1500, 1500, 10];

describe('the estimate of memory', () => {
  it('covers U and V of every layer, in the precision of the run', () => {
    const states = (size: number): number => 2 * 60_000 * 4510 * size;
    const [single, double] = [states(4), states(8)];
    const estimate = estimateMemory(widths, 60_000, 'float32');
    expect(estimate).toBeGreaterThan(single);
    expect(estimate).toBeLessThan(1.5 * single);
    expect(estimateMemory(widths, 60_000, 'float64')).toBeGreaterThan(double + 60_000 * 794 * 8);
  });

  it('grows by the states of the samples that are added', () => {
    const grown = estimateMemory(widths, 2000, 'float32') - estimateMemory(widths, 1000, 'float32');
    expect(grown).toBe(2 * 1000 * 4510 * 4);
  });

  it('covers the Gram matrix and its factor where a layer is wide and samples are few', () => {
    const gram = 100_000 ** 2 * 8;
    expect(estimateMemory([784, 100_000, 10], 100, 'float32')).toBeGreaterThan(2 * gram);
    expect(estimateMemory([100_000, 10], 100, 'float32')).toBeGreaterThan(2 * gram);
  });

  it('does not take the width of the last layer for that of a Gram matrix', () => {
    expect(estimateMemory([10, 100_000], 10, 'float32')).toBeLessThan(2e9);
  });
});

describe('a run that needs', () => {
  it('more memory than is free is refused in a sentence', () => {
    expect(() => requireMemory(12.34e9, 8e9)).toThrow(UserError);
    expect(() => requireMemory(12.34e9, 8e9)).toThrow(
      /^This run needs about 12\.3 GB of memory [^\n]* 8\.0 GB are free: use smaller hidden layers or fewer samples\.$/,
    );
  });

  it('no more is let pass', () => {
    expect(() => requireMemory(8e9, 8e9)).not.toThrow();
  });
});
