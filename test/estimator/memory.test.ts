import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/algebra/errors.ts';
import {
  estimateBatchMemory,
  estimateClassifierMemory,
  estimateMemory,
  requireMemory,
} from '../../src/estimator/memory.ts';

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

  it('covers the last hidden features twice where a classifier is trained on them', () => {
    for (const [precision, size] of [
      ['float32', 4],
      ['float64', 8],
    ] as const)
      expect(estimateClassifierMemory(widths, 60_000, precision)).toBeGreaterThan(2 * 60_000 * 1500 * size);
  });

  it('does not take the width of the last layer for that of a Gram matrix', () => {
    expect(estimateMemory([10, 100_000], 10, 'float32')).toBeLessThan(2e9);
  });
});

describe('the estimate of memory of mini-batches', () => {
  const estimate = (samples: number, batch: number, precision: 'float32' | 'float64' = 'float32'): number =>
    estimateBatchMemory(widths, samples, batch, precision);

  it('keeps of the samples their targets alone, and in float64 a copy of the data', () => {
    expect(estimate(60_000, 128) - estimate(10_000, 128)).toBe(50_000 * 10 * 4);
    const grown = estimate(60_000, 128, 'float64') - estimate(10_000, 128, 'float64');
    expect(grown).toBe(50_000 * (10 + 794) * 8);
    expect(estimate(60_000, 128)).toBeLessThan(estimateMemory(widths, 60_000, 'float32'));
  });

  it('covers the weights with what is kept beside them, and the values of a step', () => {
    const weights = 784 * 1500 + 2 * 1500 ** 2 + 15_000;
    expect(estimate(1000, 1)).toBeGreaterThan(8 * weights * 4);
    expect(estimate(1000, 1000) - estimate(1000, 1)).toBeGreaterThan(999 * 5294 * 4);
    expect(estimate(1000, 1, 'float64')).toBeGreaterThan(8 * weights * 8);
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
