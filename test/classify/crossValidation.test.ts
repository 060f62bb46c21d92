import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrix } from '../../src/algebra/tensor.ts';
import { crossValidate } from '../../src/classify/crossValidation.ts';
import { stratifiedFolds } from '../../src/classify/folds.ts';
import { clouds } from './samples.ts';

describe('stratified folds', () => {
  const cases = fc.record({
    labels: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 60 }),
    count: fc.integer({ min: 2, max: 5 }),
    most: fc.integer({ min: 5, max: 80 }),
    seed: fc.integer({ min: 0, max: 99 }),
  });

  it('hold out every sample that is taken once, and train on the others', () => {
    fc.assert(
      fc.property(cases, ({ labels, count, most, seed }) => {
        const folds = stratifiedFolds(labels, count, most, seed);
        const held = folds.flatMap((fold) => [...fold.held]);
        expect(new Set(held).size).toBe(Math.min(labels.length, most));
        for (const fold of folds) expect([...fold.train, ...fold.held].sort()).toEqual(held.toSorted());
      }),
    );
  });

  it('share out every class to within one sample', () => {
    fc.assert(
      fc.property(cases, ({ labels, count, most, seed }) => {
        const folds = stratifiedFolds(labels, count, most, seed);
        for (const label of labels) {
          const sizes = folds.map(({ held }) => held.filter((i) => labels[i] === label).length);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('cross-validation', () => {
  const data = clouds(3, { n: 90, spread: 1.5 });

  it('takes the smallest C of the most accurate, in powers of ten from small to large', () => {
    const { C, candidates } = crossValidate(data, 0);
    const best = Math.max(...candidates.map(({ accuracy }) => accuracy));
    expect(C).toBe(candidates.find(({ accuracy }) => accuracy === best)!.C);
    for (const [k, candidate] of candidates.entries())
      expect(Math.log10(candidate.C)).toBeCloseTo(Math.log10(candidates[0]!.C) + k, 10);
  });

  it('depends on the seed alone, and on the size of the features as the optimum does', () => {
    expect(crossValidate(data, 7)).toEqual(crossValidate(data, 7));
    const { shape, data: numbers } = data.features;
    const larger = {
      ...data,
      features: matrix(
        ...shape,
        numbers.map((x) => 1000 * x),
      ),
    };
    expect(
      Math.log10(crossValidate(data, 7).candidates[0]!.C / crossValidate(larger, 7).candidates[0]!.C),
    ).toBeCloseTo(6, 10);
  });

  it.each([1, 2, 4])('does without much, %d samples', (n) => {
    expect(crossValidate(clouds(1, { n }), 0).C).toBeGreaterThan(0);
  });
});
