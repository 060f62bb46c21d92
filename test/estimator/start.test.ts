import { describe, expect, it } from 'vitest';
import { type Matrix, matrix } from '../../src/algebra/tensor.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { single } from '../../src/distributed/single.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import type { ConfigInput } from '../../src/estimator/config.ts';
import { predict } from '../../src/estimator/evaluation.ts';
import { fit } from '../../src/estimator/fit.ts';
import { startSettings } from '../../src/estimator/networkOf.ts';
import { resolveConfig } from '../../src/estimator/resolveConfig.ts';
import { prepareTraining } from '../../src/estimator/training.ts';
import type { Model } from '../../src/models/model.ts';
import { parseInputs } from '../../src/models/multiInput.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { corner, signs } from './tinyData.ts';

const engine = referenceEngine();

/** The same samples in other units: columns that are a multiple of what they were, and moved. */
function inOtherUnits(data: Dataset): Dataset {
  const change = ({ shape, data: values }: Matrix): Matrix =>
    matrix(
      ...shape,
      Float32Array.from(values, (value, k) => (k % shape[1] === 0 ? 3 : 0.5) * value - 2),
    );
  const targets = data.task === 'regression' ? change(data.targets) : data.targets;
  return { ...data, inputs: change(data.inputs), targets };
}

/** The model that a run has before its first sweep. */
async function begun(data: Dataset, start: Model, settings: ConfigInput): Promise<Model> {
  const config = resolveConfig(
    { ...startSettings(start, 'first'), ...settings, precision: engine.precision },
    data.task,
  );
  const surroundings = { engine, communicator: single, log: () => {} };
  const training = await prepareTraining(config, { name: 'tiny', train: data }, surroundings, { start });
  return training.model(training.state.weights, {});
}

const problems = [
  { name: 'classes', data: signs(60, 1) },
  { name: 'a regression', data: corner(60, 1) },
];

describe.each(problems)('a run on $name that starts from a model', ({ data }) => {
  const first = () => fit(data, { engine, hidden: [6, 5], method: 'threeSplitting', sweeps: 3 });

  it.each(['threeSplitting', 'fenchel', 'proxLinear', 'adam'])(
    'by %s is that model before its first sweep, on data that are scaled otherwise too',
    async (method) => {
      const { model } = await first();
      const others = inOtherUnits(data);
      const wanted = await predict(model, others.inputs, engine);
      const same = await begun(others, model, { method });
      expect(same.inputScaling).not.toEqual(model.inputScaling);
      const found = await predict(same, others.inputs, engine);
      expectClose(found.data, wanted.data, { relative: 1e-5, absolute: 1e-5 }, 'outputs');
    },
  );

  it('goes on from there', async () => {
    const { model } = await first();
    const { records } = await fit(data, { engine, from: model, method: 'threeSplitting', sweeps: 3 });
    const anew = await fit(data, { engine, hidden: [6, 5], method: 'threeSplitting', sweeps: 3 });
    expect(records[3]!.objective).toBeLessThan(records[0]!.objective);
    expect(records[0]!.objective).toBeLessThan(anew.records[0]!.objective);
  });

  it('takes weights to where the regularizer is finite', async () => {
    const { model } = await first();
    const sparse = await begun(data, model, {
      weightRegularizer: { term: 'l1Ball(0.5)', weight: 1 },
      method: 'threeSplitting',
    });
    for (const { W } of sparse.weights)
      for (let i = 0; i < W.shape[0]; i++) {
        const row = Array.from(W.data.subarray(i * W.shape[1], (i + 1) * W.shape[1]));
        expect(row.reduce((sum, w) => sum + Math.abs(w), 0)).toBeLessThan(0.5 + 1e-6);
      }
  });
});

describe('a run that starts from a model', () => {
  it('keeps layers that add the data, and those with several inputs', async () => {
    const inputs = parseInputs('V1 = W V0 + V0; V2 = W V1 + W V0');
    const { model } = await fit(signs(40, 2), { engine, hidden: [2, 4], inputs, sweeps: 2 });
    const same = await begun(signs(40, 2), model, {});
    expect(same.network).toEqual(model.network);
    expect(same.weights).toEqual(model.weights);
  });

  it.each([
    ['another network', signs(40, 2), { hidden: [4] }, /is 2-3-2 with relu, and .* make 2-4-2 with relu/],
    ['another activation', signs(40, 2), { activation: 'tanh' }, /make 2-3-2 with tanh/],
    ['another task', corner(40, 2), {}, /is 2-3-2 with relu, and the data and settings make 2-3-1/],
    [
      'other classes',
      { ...signs(40, 2), outputs: ['no', 'yes'] },
      {},
      /for classification of different, equal, and the data are for classification of no, yes/,
    ],
  ])('is refused for %s', async (_, data, settings, message) => {
    const { model } = await fit(signs(40, 2), { engine, hidden: [3], sweeps: 1 });
    await expect(fit(data, { engine, from: model, ...settings })).rejects.toThrow(message);
  });

  it('is refused where data that are scaled otherwise are added as they are', async () => {
    const { model } = await fit(signs(40, 2), {
      engine,
      hidden: [2],
      inputs: parseInputs('V1 = W V0 + V0'),
      sweeps: 1,
    });
    await expect(fit(signs(40, 3), { engine, from: model })).rejects.toThrow(
      /its V1 adds them as they are: start from a model that was trained on these data/,
    );
  });

  it('is refused where only the name of a model is given', async () => {
    await expect(fit(signs(40, 2), { engine, hidden: [3], start: 'model.onnx' })).rejects.toThrow(
      /no model was given: give the model itself/,
    );
  });
});
