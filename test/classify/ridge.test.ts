import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/algebra/errors.ts';
import { type Matrix, matrix } from '../../src/algebra/tensor.ts';
import type { LabelledFeatures } from '../../src/classify/classifier.ts';
import { signsOf } from '../../src/classify/linearSvm.ts';
import { ridge } from '../../src/classify/ridge.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { eliminate } from '../oracle/elimination.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { withOnes } from '../oracle/proximalRidge.ts';
import { closedForm } from '../tolerance.ts';
import { clouds } from './samples.ts';

const engine = referenceEngine();
const settings = { engine, seed: 0, log: () => {} };

/** (X̃ᵀX̃ + λ diag(1 … 1 0))⁻¹ X̃ᵀ B by elimination. */
function normalEquations(
  wide: Matrix,
  lambda: number,
  right: (j: number, k: number) => number,
  columns: number,
): Matrix {
  const [n, d] = wide.shape;
  const system = Float64Array.from({ length: d * d }, (_, k) => {
    const [i, j] = [Math.floor(k / d), k % d];
    let sum = i === j && i < d - 1 ? lambda : 0;
    for (let s = 0; s < n; s++) sum += wide.data[s * d + i]! * wide.data[s * d + j]!;
    return sum;
  });
  const b = Float64Array.from({ length: d * columns }, (_, k) => right(Math.floor(k / columns), k % columns));
  return eliminate(matrix(d, d, system), matrix(d, columns, b));
}

/** Σ‖y − ŷ‖² / (n − tr H)² with the matrix H itself. */
function generalisedError({ features, labels, classes }: LabelledFeatures, lambda: number): number {
  const wide = withOnes(features);
  const [n, d] = wide.shape;
  const Z = normalEquations(wide, lambda, (j, s) => wide.data[s * d + j]!, n);
  const H = (s: number, t: number): number => {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += wide.data[s * d + j]! * Z.data[j * n + t]!;
    return sum;
  };
  let [trace, residual] = [0, 0];
  for (let s = 0; s < n; s++) trace += H(s, s);
  for (let k = 0; k < classes; k++) {
    const y = signsOf(labels, k);
    for (let s = 0; s < n; s++) residual += y.reduce((left, yt, t) => left - H(s, t) * yt, y[s]!) ** 2;
  }
  return residual / (n - trace) ** 2;
}

describe('the ridge classifier', () => {
  const data = clouds(1, { spread: 1.5 });
  const { features, labels, classes } = data;

  it.each([0.01, 1, 100])('solves its normal equations, C = %d', async (C) => {
    const { W, b } = await ridge.train(data, { ...settings, C });
    const wide = withOnes(features);
    const d = wide.shape[1];
    const targets = Array.from({ length: classes }, (_, k) => signsOf(labels, k));
    const right = (j: number, k: number): number =>
      targets[k]!.reduce((sum, y, s) => sum + y * wide.data[s * d + j]!, 0);
    const expected = normalEquations(wide, 1 / (2 * C), right, classes);
    for (let k = 0; k < classes; k++)
      expectClose(
        [...W.data.subarray(k * (d - 1), (k + 1) * (d - 1)), b.data[k]!],
        Array.from({ length: d }, (_, j) => expected.data[j * classes + k]!),
        closedForm,
      );
  });

  it.each([1, 2, 3])('takes the C of least generalised cross-validation error, data %d', async (seed) => {
    const noisy = clouds(seed, { n: 30, width: 12, spread: 3 });
    const { C } = await ridge.train(noisy, settings);
    const tried = [C / 1000, C / 100, C / 10, C, 10 * C, 100 * C].map((c) =>
      generalisedError(noisy, 1 / (2 * c)),
    );
    expect(Math.min(...tried)).toBe(tried[3]);
  });

  it('refuses a C that is not positive, or that leaves a singular system', async () => {
    await expect(ridge.train(data, { ...settings, C: 0 })).rejects.toThrow(UserError);
    const twice = matrix(
      40,
      10,
      Float64Array.from({ length: 400 }, (_, k) => features.data[Math.floor(k / 10) * 5 + (k % 5)]!),
    );
    await expect(ridge.train({ ...data, features: twice }, { ...settings, C: 1e30 })).rejects.toThrow(
      /singular: give a smaller one/,
    );
  });
});
