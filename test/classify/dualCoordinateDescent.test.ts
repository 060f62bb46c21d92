import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrix } from '../../src/algebra/tensor.ts';
import {
  type BinaryProblem,
  type DescentSettings,
  dualCoordinateDescent,
  type HingeLoss,
} from '../../src/classify/dualCoordinateDescent.ts';
import { compressedRows, denseRows, featureRows } from '../../src/classify/featureRows.ts';
import { signsOf } from '../../src/classify/linearSvm.ts';
import { draw } from '../oracle/draw.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { svmObjective } from '../oracle/supportVectors.ts';
import { closedForm, dualityGap, inequalitySlack, svmAgreement, tightDescent } from '../tolerance.ts';
import { clouds } from './samples.ts';

const losses: readonly HingeLoss[] = ['hinge', 'squaredHinge'];
const settings: DescentSettings = { tolerance: tightDescent, roundLimit: 100_000, seed: 0, shrinking: true };

function problemOf(seed: number, loss: HingeLoss, C: number, n = 40): BinaryProblem {
  const { features, labels } = clouds(seed, { n });
  const samples = Uint32Array.from({ length: n }, (_, i) => i);
  return { features: featureRows(features), samples, signs: signsOf(labels, 0), loss, C };
}

const anyProblem = fc.record({
  seed: fc.integer({ min: 0, max: 1000 }),
  loss: fc.constantFrom(...losses),
  C: fc.constantFrom(0.01, 0.1, 1, 10),
});

describe('the support vectors 1 and −1 of two classes', () => {
  const features = denseRows(matrix(2, 1, Float64Array.of(1, -1)));
  const samples = Uint32Array.of(0, 1);
  const signs = Int8Array.of(1, -1);
  it.each([0.1, 0.5, 3])('have the weight that the derivative says, with C = %d', (C) => {
    const solve = (loss: HingeLoss) => dualCoordinateDescent({ features, samples, signs, loss, C }, settings);
    // d/dw of ½w² + 2C (1 − w) and of ½w² + 2C (1 − w)².
    expectClose(solve('hinge').weights, [Math.min(1, 2 * C), 0], svmAgreement);
    expectClose(solve('squaredHinge').weights, [(4 * C) / (1 + 4 * C), 0], svmAgreement);
  });
});

describe('a solution', () => {
  it('is certified by its duality gap, and P is the objective of its weights', () => {
    fc.assert(
      fc.property(anyProblem, ({ seed, loss, C }) => {
        const problem = problemOf(seed, loss, C);
        const { primal, dual, status, weights } = dualCoordinateDescent(problem, settings);
        expect(status).toBe('converged');
        expect(primal - dual).toBeGreaterThan(-inequalitySlack(primal));
        expect(primal - dual).toBeLessThan(dualityGap * primal);
        const { features } = clouds(seed);
        expectClose([primal], [svmObjective(features, problem.signs, loss, C, weights)], closedForm);
      }),
    );
  });

  it('is in the box, and every sample is on the side of its margin that its dual variable says', () => {
    fc.assert(
      fc.property(anyProblem, ({ seed, loss, C }) => {
        const problem = problemOf(seed, loss, C);
        const { alpha, weights } = dualCoordinateDescent(problem, settings);
        for (const [i, a] of alpha.entries()) {
          const margin = problem.signs[i]! * (problem.features.dot(i, weights) + weights.at(-1)!);
          const slack = loss === 'hinge' ? 0 : a / (2 * C);
          expect(a).toBeGreaterThanOrEqual(0);
          if (loss === 'hinge') expect(a).toBeLessThanOrEqual(C);
          if (a === 0) expect(margin).toBeGreaterThan(1 - tightDescent);
          else if (loss === 'hinge' && a === C) expect(margin).toBeLessThan(1 + tightDescent);
          else expect(Math.abs(margin + slack - 1)).toBeLessThan(2 * tightDescent);
        }
      }),
    );
  });

  it('is the same with and without shrinking, for every seed and from every start', () => {
    fc.assert(
      fc.property(anyProblem, ({ seed, loss, C }) => {
        const problem = problemOf(seed, loss, C);
        const random = draw(seed);
        const start = Float64Array.from(problem.signs, () => random.uniform(0, C));
        const plain = dualCoordinateDescent(problem, settings);
        for (const change of [{ shrinking: false }, { seed: 5 }, { start }])
          expectClose(
            [dualCoordinateDescent(problem, { ...settings, ...change }).dual],
            [plain.dual],
            svmAgreement,
          );
      }),
    );
  });

  it('repeats itself to the bit, and changes nothing that it was given', () => {
    const problem = problemOf(1, 'squaredHinge', 1);
    const start = new Float64Array(40).fill(0.5);
    const { samples, signs } = structuredClone({ samples: problem.samples, signs: problem.signs });
    const [one, two] = [1, 2].map(() => dualCoordinateDescent(problem, { ...settings, start }));
    expect(two).toEqual(one);
    expect(start).toEqual(new Float64Array(40).fill(0.5));
    expect({ samples: problem.samples, signs: problem.signs }).toEqual({ samples, signs });
  });

  it('knows the chosen samples alone', () => {
    const whole = problemOf(3, 'hinge', 1);
    const few = { ...whole, samples: Uint32Array.from({ length: 20 }, (_, k) => 2 * k) };
    const signs = whole.signs.map((sign, i) => (i % 2 === 0 ? sign : -sign));
    expect(dualCoordinateDescent({ ...few, signs }, settings)).toEqual(dualCoordinateDescent(few, settings));
  });

  it('says where the limit of rounds came first', () => {
    const { status, rounds, primal, dual } = dualCoordinateDescent(problemOf(2, 'hinge', 10), {
      ...settings,
      roundLimit: 2,
    });
    expect({ status, rounds }).toEqual({ status: 'round limit', rounds: 2 });
    expect(dual).toBeLessThan(primal);
  });
});

it.each([0, 0.2, 0.7, 1])('rows that are compressed do what dense ones do, %d of them filled', (filled) => {
  const { features } = clouds(4, { n: 9, width: 7, filled });
  const nonzeros = features.data.filter((x) => x !== 0).length;
  const [dense, compressed] = [denseRows(features), compressedRows(features, nonzeros)];
  const w = draw(1).tensor([7]).data as Float64Array;
  for (let i = 0; i < 9; i++) {
    const [a, b] = [w.slice(), w.slice()];
    dense.add(i, 0.3, a);
    compressed.add(i, 0.3, b);
    expect(b).toEqual(a);
    expectClose([compressed.dot(i, w)], [dense.dot(i, w)], closedForm);
    expectClose([compressed.squaredNorm(i)], [dense.squaredNorm(i)], closedForm);
  }
});
