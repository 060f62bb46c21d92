import { afterAll, describe, expect, it } from 'vitest';
import { type Matrix, matrix } from '../../src/algebra/tensor.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import type { ConfigInput } from '../../src/estimator/config.ts';
import { fit } from '../../src/estimator/fit.ts';
import type { Model } from '../../src/models/model.ts';
import { solveOnSupports } from '../../src/splitting/blocks/supports.ts';
import { onnx } from '../engine/onnxEngines.ts';
import { signs } from '../estimator/tinyData.ts';
import { draw } from '../oracle/draw.ts';

const engines = [referenceEngine(), onnx('float32')];
afterAll(() => Promise.all(engines.map((engine) => engine.dispose())));

describe.each(engines)('rows that keep their zeros, on $name', (engine) => {
  it('solve the system of their support', async () => {
    const random = draw(5);
    const [d, rows] = [9, 7];
    const factor = random.matrix(d + 1, d + 1);
    const at = (i: number, j: number): number => {
      let sum = i === j ? 1 : 0;
      for (let k = 0; k <= d; k++) sum += factor.data[i * (d + 1) + k]! * factor.data[j * (d + 1) + k]!;
      return sum;
    };
    const lower = (i: number, j: number): number => (j <= i ? at(i, j) : Number.NaN);
    const system = matrix(
      d + 1,
      d + 1,
      Float64Array.from({ length: (d + 1) ** 2 }, (_, k) => lower(Math.floor(k / (d + 1)), k % (d + 1))),
    );
    const right = random.matrix(d + 1, rows);
    const W = random.matrix(rows, d);
    // Dense, dense, without weights, and of several supports.
    for (let k = 0; k < rows; k++)
      for (let j = 0; j < d; j++) if (k === 2 || (k > 2 && (k + j) % 3 === 0)) W.data[k * d + j] = 0;
    const x = await solveOnSupports(engine, system, right, W);
    for (let k = 0; k < rows; k++)
      for (let i = 0; i <= d; i++) {
        const kept = i === d || W.data[k * d + i] !== 0;
        let residual = -right.data[i * rows + k]!;
        for (let j = 0; j <= d; j++) residual += at(i, j) * x.data[j * rows + k]!;
        if (kept) expect(residual).toBeCloseTo(0, 9);
        else expect(x.data[i * rows + k]).toBe(0);
      }
  });
});

describe('a run that keeps the zeros of the model that it starts from', () => {
  const engine = referenceEngine();
  const data = signs(60, 1);

  /** A network two thirds of whose hidden weights are 0. */
  async function sparse(): Promise<Model> {
    const { model } = await fit(data, { engine, hidden: [6, 5], method: 'threeSplitting', sweeps: 3 });
    const thinned = ({ shape, data: values }: Matrix): Matrix =>
      matrix(
        ...shape,
        Float64Array.from(values, (value, k) => (k % 3 === 0 ? value : 0)),
      );
    const last = model.weights.length - 1;
    return {
      ...model,
      weights: model.weights.map((one, i) => (i === last ? one : { ...one, W: thinned(one.W) })),
    };
  }

  const cases: readonly ConfigInput[] = [
    { method: 'threeSplitting' },
    { method: 'threeSplitting', weightRegularizer: { term: 'squaredL2', weight: 0.1 } },
    { method: 'twoSplitting' },
    { method: 'tikhonov', theta: '0.5' },
    { method: 'fenchel' },
    { method: 'proxLinear', batch: 10 },
  ];
  it.each(cases)('has them at its end, and no others: %o', async (settings) => {
    const from = await sparse();
    const certify = settings.method !== 'proxLinear';
    const { model, records } = await fit(data, {
      engine,
      from,
      keepZeros: true,
      sweeps: 4,
      ...settings,
      ...(certify && { certify }),
    });
    for (const [i, { W }] of model.weights.entries()) {
      const before = from.weights[i]!.W.data;
      expect([...W.data].map((w) => w === 0)).toEqual([...before].map((w) => w === 0));
      expect([...W.data]).not.toEqual([...before]);
    }
    if (!certify) return;
    for (const { descent } of records.slice(1)) expect(descent!.verdict).toBe('holds');
  });

  it('comes to a point that is critical along the weights that are left', async () => {
    const { records, status } = await fit(data, {
      engine,
      from: await sparse(),
      keepZeros: true,
      method: 'threeSplitting',
      weightRegularizer: { term: 'squaredL2', weight: 1 },
      tolerance: 1e-3,
      sweeps: 3000,
    });
    expect(status.name).toBe('converged');
    expect(records.at(-1)!.residual!.distance).toBeLessThan(1e-3 * records[0]!.residual!.distance);
  });

  it('is refused with a regularizer that makes zeros, by gradient solvers, and without a model', async () => {
    const from = await sparse();
    await expect(
      fit(data, { engine, from, keepZeros: true, weightRegularizer: { term: 'l1', weight: 1 } }),
    ).rejects.toThrow(/the regularizer l1 puts other ones there: leave one of the two out/);
    await expect(fit(data, { engine, from, keepZeros: true, method: 'adam' })).rejects.toThrow(
      /adam updates every weight, and zeros are to be kept/,
    );
    const { model: dense } = await fit(data, { engine, hidden: [6, 5], sweeps: 1 });
    await expect(fit(data, { engine, from: dense, keepZeros: true })).rejects.toThrow(
      /zeros of the model to start from are to be kept, and it has none/,
    );
    await expect(fit(data, { engine, keepZeros: true })).rejects.toThrow(/start from a model that has/);
  });
});
