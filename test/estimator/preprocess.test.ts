import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Matrix, matrix } from '../../src/algebra/tensor.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { oneHot } from '../../src/data/oneHot.ts';
import {
  learnPreprocessing,
  preprocess,
  scale,
  trainingTargets,
  unscale,
} from '../../src/estimator/preprocess.ts';
import { hinge } from '../../src/problem/losses/hinge.ts';
import { squared } from '../../src/problem/losses/squared.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { engineAgreement } from '../tolerance.ts';
import { corner, signs } from './tinyData.ts';

function table(columns: readonly (readonly number[])[]): Dataset {
  const n = columns[0]!.length;
  const rows = Array.from({ length: n }, (_, i) => columns.map((column) => column[i]!));
  return { ...signs(n, 1), inputs: matrix(n, columns.length, Float32Array.from(rows.flat())) };
}

function column(m: Matrix, k: number): number[] {
  return Array.from({ length: m.shape[0] }, (_, i) => m.data[i * m.shape[1] + k]!);
}

function moments(values: readonly number[]): [mean: number, deviation: number] {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length)];
}

const scaled = (train: Dataset, data = train) => preprocess(data, learnPreprocessing(train), squared);

describe('the columns of a table', () => {
  const data = table([
    [1, 2, 3, 6],
    [-1e6, 0, 5e5, 1e6],
    [1000.25, 1000.5, 1001, 1000],
  ]);

  it('come to mean 0 and deviation 1', () => {
    const { X } = scaled(data);
    for (const k of [0, 1, 2])
      expectClose(moments(column(X, k)), [0, 1], engineAgreement.float32, `column ${k}`);
  });

  it('are scaled as the training samples were, also in other data', () => {
    const other = table([
      [1, 4],
      [0, 0],
      [1000, 1002],
    ]);
    const { X } = scaled(data, other);
    const [mean, deviation] = moments(column(data.inputs, 0));
    expectClose(column(X, 0), [(1 - mean) / deviation, (4 - mean) / deviation], engineAgreement.float32);
  });

  it('are left as they were', () => {
    const before = data.inputs.data.slice();
    scaled(data);
    expect(data.inputs.data).toEqual(before);
  });

  it('of one value go to 0 exactly, and other values there stay of moderate size', () => {
    const values = fc.tuple(fc.float({ noNaN: true, min: -1e6, max: 1e6 }), fc.integer({ min: 2, max: 50 }));
    fc.assert(
      fc.property(values, ([value, n]) => {
        const train = table([new Array<number>(n).fill(value)]);
        const { inputScaling } = learnPreprocessing(train);
        expect(inputScaling!.scale).toEqual([1]);
        expect([...scaled(train).X.data]).toEqual(new Array(n).fill(0));
      }),
      {
        seed: 5,
        numRuns: 200,
        examples: [[[Math.fround(0.1), 3]], [[Math.fround(0.1), 7]], [[Math.fround(0.7), 49]]],
      },
    );
  });

  it('are scaled by float32 numbers, which an exported graph holds exactly', () => {
    const { inputScaling } = learnPreprocessing(
      table([
        [1, 2, 4, 9],
        [0.1, 0.7, 0.3, 0.2],
      ]),
    );
    const all = [...inputScaling!.shift, ...inputScaling!.scale];
    expect(all).toEqual(all.map(Math.fround));
  });
});

describe('images', () => {
  const { features: _, ...rest } = signs(5, 1);
  const images: Dataset = { ...rest, kind: 'image' };

  it('stay as they are', () => {
    expect(learnPreprocessing(images)).toEqual({});
    expect(scaled(images).X).toBe(images.inputs);
  });
});

describe('targets', () => {
  it('of a regression come to mean 0 and deviation 1, and back', () => {
    const data = corner(50, 3);
    const { outputScaling } = learnPreprocessing(data);
    const { Y } = scaled(data);
    expectClose(moments(column(Y, 0)), [0, 1], engineAgreement.float32);
    expectClose(unscale(Y, outputScaling!).data, data.targets.data, engineAgreement.float32);
  });

  it('that are all equal go to 0 and back', () => {
    const data = { ...corner(3, 1), targets: matrix(3, 1, Float32Array.of(0.1, 0.1, 0.1)) };
    const { Y } = scaled(data);
    expect([...Y.data]).toEqual([0, 0, 0]);
    expect(unscale(Y, learnPreprocessing(data).outputScaling!).data).toEqual(data.targets.data);
  });

  it('of classes are coded as the loss wants them', () => {
    const data = signs(6, 2);
    expect(scaled(data).Y.data).toEqual(data.targets.data);
    expect(preprocess(data, {}, squared).Y).toBe(data.targets);
    expect([...preprocess(data, {}, hinge).Y.data]).toEqual(
      Array.from(data.targets.data, (y) => (y ? 1 : -1)),
    );
    expect(learnPreprocessing(data)).not.toHaveProperty('outputScaling');
  });
});

describe('the targets of classes in training', () => {
  /** Class 3 has no sample. */
  const labels = [0, 1, 1, 0, 2, 0, 0, 1, 0, 0];
  const [n, classes] = [labels.length, 4];
  const Y = oneHot(labels, classes);
  const counts = [6, 3, 1, 0];
  const row = (of: Matrix, i: number): number[] => [...of.data.subarray(i * classes, (i + 1) * classes)];
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

  it('are one-hot where nothing is asked for', () => {
    expect(trainingTargets(Y, 0, 'none')).toBe(Y);
  });

  it.each([0.1, 0.5, 0.999])(
    'are smoothed by %d: that much of each is spread over all classes',
    (smoothing) => {
      const smooth = trainingTargets(Y, smoothing, 'none');
      expect(smooth.shape).toEqual(Y.shape);
      for (const [i, label] of labels.entries()) {
        const expected = [0, 1, 2, 3].map((c) => smoothing / classes + (c === label ? 1 - smoothing : 0));
        expectClose(row(smooth, i), expected, engineAgreement.float32);
        expectClose([sum(row(smooth, i))], [1], engineAgreement.float32, 'sum of a row');
      }
    },
  );

  it('are weighted by n/(C n_c) where classes are balanced, so that all classes with samples count the same', () => {
    const balanced = trainingTargets(Y, 0, 'balanced');
    for (const [i, label] of labels.entries()) {
      const expected = [0, 1, 2, 3].map((c) => (c === label ? n / (classes * counts[label]!) : 0));
      expectClose(row(balanced, i), expected, engineAgreement.float32);
    }
    const totals = [0, 1, 2, 3].map((c) => sum(labels.map((_, i) => row(balanced, i)[c]!)));
    expectClose(
      totals,
      [n / classes, n / classes, n / classes, 0],
      engineAgreement.float32,
      'sums of classes',
    );
  });

  it('sum to n where every class has samples, and stay where each has as many', () => {
    const all = oneHot([0, 1, 1, 2, 0, 1, 1], 3);
    expectClose([sum([...trainingTargets(all, 0, 'balanced').data])], [7], engineAgreement.float32);
    const even = oneHot([0, 1, 2, 2, 1, 0], 3);
    expect(trainingTargets(even, 0, 'balanced')).toEqual(even);
  });

  it('are smoothed first and then weighted where both are asked for', () => {
    const both = trainingTargets(Y, 0.2, 'balanced');
    const smooth = trainingTargets(Y, 0.2, 'none');
    for (const [i, label] of labels.entries()) {
      const weight = n / (classes * counts[label]!);
      const expected = row(smooth, i).map((value) => weight * value);
      expectClose(row(both, i), expected, engineAgreement.float32);
    }
    expect(both.data.every(Number.isFinite)).toBe(true);
  });

  it('are made anew: those that are given stay', () => {
    const before = Y.data.slice();
    trainingTargets(Y, 0.3, 'balanced');
    expect(Y.data).toEqual(before);
  });
});

it('undoes what it does, column by column', () => {
  const scaling = { shift: [1, -2], scale: [0.5, 4] };
  const raw = matrix(2, 2, Float32Array.of(3, -1, 5, 0));
  const there = scale(raw, scaling);
  expect([...there.data]).toEqual([1, 4, 2, 8]);
  expect(unscale(there, scaling)).toEqual(raw);
});
