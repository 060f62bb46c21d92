import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/algebra/errors.ts';
import { matrix } from '../../src/algebra/tensor.ts';
import { classifiers } from '../../src/classify/index.ts';
import { openSource } from '../../src/data/node/sources.ts';
import { take } from '../../src/data/split.ts';
import { nodeRuntime } from '../../src/engine/onnx/runtimeNode.ts';
import type { ConfigInput } from '../../src/estimator/config.ts';
import { evaluate } from '../../src/estimator/evaluation.ts';
import { fit } from '../../src/estimator/fit.ts';
import { resolveConfig } from '../../src/estimator/resolveConfig.ts';
import { argMax } from '../../src/estimator/scores.ts';
import { trainers } from '../../src/estimator/trainers.ts';
import { prepareTraining } from '../../src/estimator/training.ts';
import { exportOnnx, importOnnx } from '../../src/models/onnxModel.ts';
import { temporaryFolder } from '../data/helpers.ts';
import { onnx } from '../engine/onnxEngines.ts';
import { configOf, load, numbersOf, run, save } from './runs.ts';
import { corner, signs } from './tinyData.ts';

const engine = onnx('float32');
afterAll(() => engine.dispose());
const few: ConfigInput = { hidden: [12, 8], sweeps: 3, init: 'he' };

describe.each(trainers)('a network of $name', ({ name: method }) => {
  it.each(classifiers)(
    'keeps its features and takes the last layer of $name',
    async ({ name: classifier }) => {
      const data = signs(120, 1);
      const [train, test] = [take(data, 90), signs(40, 2)];
      const plain = await fit(train, { ...few, method, engine, test });
      const { model, scores, retrained } = await fit(train, { ...few, method, engine, test, classifier });
      expect(plain).not.toHaveProperty('retrained');
      expect(retrained).toMatchObject({ name: classifier, before: plain.scores });
      expect(model.weights.slice(0, -1)).toEqual(plain.model.weights.slice(0, -1));
      expect(model.weights.at(-1)).not.toEqual(plain.model.weights.at(-1));
      for (const [on, of] of [
        [train, scores.train],
        [test, scores.test],
      ] as const)
        expect((await evaluate(model, on, engine)).score).toBe(of);
    },
  );
});

describe.each(classifiers)('$name on a thousand digits', ({ name: classifier }) => {
  it('labels others about as well as the network, and the exported file labels them the same', async () => {
    const digits = await openSource('mnist');
    const [train, test] = [take(digits.train, 1000), take(digits.test!, 500)];
    const settings = { hidden: [60], sweeps: 10, classifier, engine, test };
    const { model, scores, retrained } = await fit(train, settings);
    expect(scores.train).toBeGreaterThan(0.97);
    expect(scores.test).toBeGreaterThan(retrained!.before.test! - 0.05);
    const file = exportOnnx(model);
    const session = await nodeRuntime({ threads: 1 }).load(file);
    const outputs = matrix(500, 10, new Float32Array(5000));
    await session.run({ input: test.inputs }, { scores: outputs });
    const right = argMax(outputs).filter((label, i) => label === argMax(test.targets)[i]).length;
    expect(right / 500).toBe(scores.test);
    expect(importOnnx(file, 'it').weights).toEqual(model.weights);
  });
});

it('takes the inputs for features where there is no hidden layer', async () => {
  const data = signs(60, 1);
  const product = {
    ...data,
    inputs: matrix(
      60,
      2,
      data.inputs.data.map((x, k) => (k % 2 === 0 ? x * data.inputs.data[k + 1]! : x)),
    ),
  };
  const { scores, model } = await fit(product, {
    hidden: [],
    sweeps: 1,
    classifier: 'svm',
    classifierC: 100,
    engine,
  });
  expect(model.weights).toHaveLength(1);
  expect(scores.train).toBeGreaterThan(0.95);
});

it.each([[[2]], [[2, 1]], [[1, 2, 0]]])(
  'takes the layers %j where these stand before the last weights',
  async (learned) => {
    const settings = {
      ...few,
      method: 'tikhonov',
      inputs: { 3: { learned, added: [] } },
      classifier: 'svm',
      engine,
    };
    const { model, scores } = await fit(signs(80, 1), settings);
    expect((await evaluate(model, signs(80, 1), engine)).score).toBe(scores.train);
    const width = learned.reduce((sum, m) => sum + [2, 12, 8][m]!, 0);
    expect(model.weights.at(-1)!.W.shape).toEqual([2, width]);
  },
);

it('is trained on the features of the best sweep', async () => {
  const settings = { ...few, sweeps: 8, validation: 0.3, engine };
  const plain = await fit(signs(100, 3), settings);
  const { retrained, model } = await fit(signs(100, 3), { ...settings, classifier: 'ridge' });
  expect(retrained!.before).toEqual(plain.scores);
  expect(model.weights[0]).toEqual(plain.model.weights[0]);
});

it('leaves the state of the run alone, which resumes as one without a classifier', async () => {
  const path = join(temporaryFolder(), 'it.safetensors');
  const plain = configOf(engine, { sweeps: 6 });
  const config = { ...plain, classifier: 'svm' };
  const whole = await run(engine, plain);
  const first = await run(engine, config, { interruptAt: 2 });
  const before = structuredClone(numbersOf(first));
  await first.training.finish(first.solution);
  expect(numbersOf(first)).toEqual(before);
  await save(path, config, first);
  const rest = await run(engine, config, { resume: await load(path) });
  expect(numbersOf(rest)).toEqual(numbersOf(whole));
  const [one, two] = await Promise.all(
    [rest, await run(engine, config)].map(({ training, solution }) => training.finish(solution)),
  );
  expect(one).toEqual(two);
});

it('keeps the last good weights as they are where numbers were not finite', async () => {
  const { training, solution } = await run(engine, configOf(engine, { sweeps: 2, classifier: 'svm' }));
  const finished = await training.finish({ ...solution, intact: false });
  expect(finished).not.toHaveProperty('retrained');
  expect(finished.weights).toEqual(solution.weights);
});

describe('a sentence refuses', () => {
  it.each<[ConfigInput, RegExp]>([
    [{ classifier: 'forest' }, /"forest" is not a classifier; there are none, ridge, svm/],
    [{ classifier: 'svm', classifierC: 0 }, /classifierC is not valid: 0 is not positive/],
    [{ classifierC: 1 }, /classifierC is not valid: .* classifier is none/],
    [{ classifier: 'svm', classWeights: 'balanced' }, /classWeights is not valid: the classifier svm counts/],
  ])('%j', (settings, sentence) => {
    expect(() => resolveConfig(settings)).toThrow(UserError);
    expect(() => resolveConfig(settings)).toThrow(sentence);
  });

  it('a classifier for a regression', async () => {
    await expect(fit(corner(20, 1), { ...few, classifier: 'svm', engine })).rejects.toThrow(
      'The setting classifier is not valid: svm tells classes apart and the target is for regression, set it to none.',
    );
  });

  it('one in place of a layer to which another is added', async () => {
    const inputs = { 3: { learned: [2], added: [0] } };
    await expect(
      fit(signs(20, 1), { ...few, method: 'tikhonov', inputs, classifier: 'svm', engine }),
    ).rejects.toThrow(/svm is all of the last layer, and V0 is added to that/);
  });

  it('one over several processes', async () => {
    const communicator = { rank: 0, size: 2, allReduceSum: async () => {} };
    const surroundings = { engine, communicator, log: () => {} };
    const config = configOf(engine, { classifier: 'svm' });
    await expect(
      prepareTraining(config, { name: 'tiny', train: signs(20, 1) }, surroundings),
    ).rejects.toThrow(/svm is trained in one process, and there are 2/);
  });
});
