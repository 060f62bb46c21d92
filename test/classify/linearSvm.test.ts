import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/algebra/errors.ts';
import { matrix, rowsOf } from '../../src/algebra/tensor.ts';
import type { LabelledFeatures } from '../../src/classify/classifier.ts';
import type { HingeLoss } from '../../src/classify/dualCoordinateDescent.ts';
import { linearSvm, signsOf } from '../../src/classify/linearSvm.ts';
import { openSource } from '../../src/data/node/sources.ts';
import { argMax } from '../../src/estimator/scores.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { largestHingeDual, leastSquaredHinge } from '../oracle/supportVectors.ts';
import { looseObjective, svmAgreement, tightDescent } from '../tolerance.ts';
import { accuracyOf, clouds } from './samples.ts';

/** Every 16th pixel of some digits. */
async function digits(n: number): Promise<LabelledFeatures> {
  const { train } = await openSource('mnist');
  const pixels = rowsOf(train.inputs, 0, n).data;
  const few = Float64Array.from({ length: n * 49 }, (_, k) => pixels[16 * k]!);
  return { features: matrix(n, 49, few), labels: argMax(rowsOf(train.targets, 0, n)), classes: 10 };
}

const tables: Readonly<Record<string, LabelledFeatures>> = {
  'clouds that overlap': clouds(1, { spread: 1.5 }),
  'sparse features': clouds(2, { width: 12, filled: 0.3 }),
  digits: await digits(60),
};

describe.each(Object.entries(tables))('on %s', (_, data) => {
  const { features, labels, classes } = data;
  const least = (loss: HingeLoss, C: number, k: number): number =>
    loss === 'hinge'
      ? largestHingeDual(features, signsOf(labels, k), C, 3000)
      : leastSquaredHinge(features, signsOf(labels, k), C);

  it.each([
    ['hinge', 0.1],
    ['squaredHinge', 0.1],
    ['squaredHinge', 2],
  ] as const)('%s with C = %d has the objective of an independent solver', (loss, C) => {
    const tight = linearSvm(data, { loss, C, tolerance: tightDescent, roundLimit: 100_000 });
    const usual = linearSvm(data, { loss, C });
    for (let k = 0; k < Math.min(classes, 3); k++) {
      const optimum = least(loss, C, k);
      expectClose([tight.solutions[k]!.primal], [optimum], svmAgreement, `class ${k}`);
      const { primal, dual } = usual.solutions[k]!;
      expect(dual).toBeLessThan(optimum);
      if (loss === 'squaredHinge') expect(primal).toBeLessThan((1 + looseObjective) * optimum);
    }
  });
});

it('labels classes that lines separate', () => {
  const data = clouds(5, { n: 200, width: 10, spread: 0.2 });
  const { W, b, solutions } = linearSvm(data, { C: 1 });
  expect(W.shape).toEqual([3, 10]);
  expect(b.shape).toEqual([3]);
  expect(solutions.map(({ status }) => status)).toEqual(['converged', 'converged', 'converged']);
  expect(accuracyOf(data, { W, b })).toBe(1);
});

it('gives two classes opposite weights, those that each has on its own', () => {
  const data = clouds(6, { classes: 2 });
  const { W, b, solutions } = linearSvm(data, { C: 1 });
  // A third class without a sample makes it solve both.
  const apart = linearSvm({ ...data, classes: 3 }, { C: 1 });
  expectClose(W.data, apart.W.data.subarray(0, 10), svmAgreement);
  expectClose(b.data, apart.b.data.subarray(0, 2), svmAgreement);
  expect(solutions[1]).toEqual(solutions[0]);
});

it('refuses a C that is not positive, and features that are not finite', () => {
  const data = clouds(1);
  for (const C of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => linearSvm(data, { C })).toThrow(UserError);
  data.features.data[3] = Number.POSITIVE_INFINITY;
  expect(() => linearSvm(data, { C: 1 })).toThrow(/not finite/);
});
