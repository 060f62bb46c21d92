import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Matrix, matrix } from '../../src/algebra/tensor.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { learnPreprocessing, preprocess, scale, unscale } from '../../src/estimator/preprocess.ts';
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

it('undoes what it does, column by column', () => {
  const scaling = { shift: [1, -2], scale: [0.5, 4] };
  const raw = matrix(2, 2, Float32Array.of(3, -1, 5, 0));
  const there = scale(raw, scaling);
  expect([...there.data]).toEqual([1, 4, 2, 8]);
  expect(unscale(there, scaling)).toEqual(raw);
});
