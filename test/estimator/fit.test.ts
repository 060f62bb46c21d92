import { afterAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/algebra/errors.ts';
import { matrix } from '../../src/algebra/tensor.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import type { Communicator } from '../../src/distributed/communicator.ts';
import { single } from '../../src/distributed/single.ts';
import { nodeRuntime } from '../../src/engine/onnx/runtimeNode.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import type { ConfigInput } from '../../src/estimator/config.ts';
import { evaluate, predict } from '../../src/estimator/evaluation.ts';
import { fit as train } from '../../src/estimator/fit.ts';
import { resolveConfig } from '../../src/estimator/resolveConfig.ts';
import { argMax } from '../../src/estimator/scores.ts';
import { trainers } from '../../src/estimator/trainers.ts';
import { poseProblem } from '../../src/estimator/training.ts';
import { exportOnnx } from '../../src/models/onnxModel.ts';
import { onnx } from '../engine/onnxEngines.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { engineAgreement } from '../tolerance.ts';
import { corner, signs } from './tinyData.ts';

const engines = { float32: onnx('float32'), float64: onnx('float64') };
const engine = engines.float32;
afterAll(() => Promise.all(Object.values(engines).map((one) => one.dispose())));

/** Enough for both tiny problems; a linear model gets 60 % and an R2 of 0.5. */
const settings: ConfigInput = {
  method: 'threeSplitting',
  hidden: [20],
  sweeps: 100,
  init: 'he',
  alpha: { V: [1], U: [1], W: [1] },
  chunk: 90,
};

describe.each(Object.entries(engines))('fit in %s', (_, engine) => {
  it.each(['squared', 'hinge'])('learns classes that no line separates, with the loss %s', async (loss) => {
    const { model, status, scores } = await train(signs(200, 1), {
      ...settings,
      engine,
      loss,
      test: signs(200, 2),
    });
    expect(status.name).toBe('sweep limit');
    expect(scores.train).toBeGreaterThan(0.93);
    expect(scores.test).toBeGreaterThan(0.93);
    expect(model).toMatchObject({
      task: 'classification',
      outputs: ['different', 'equal'],
      features: ['a', 'b'],
    });
    const outputs = await predict(
      model,
      { shape: [2, 2], data: Float32Array.of(0.5, 0.5, 0.5, -0.5) },
      engine,
    );
    expect([...argMax(outputs)]).toEqual([1, 0]);
  });

  it('learns a function with a corner, in its own units', async () => {
    const { model, scores } = await train(corner(200, 1), { ...settings, engine, test: corner(200, 2) });
    expect(scores.train).toBeGreaterThan(0.98);
    expect(scores.test).toBeGreaterThan(0.98);
    const one = await predict(model, { shape: [1, 2], data: Float32Array.of(1.5, 50) }, engine);
    expect(one.data[0]).toBeGreaterThan(1115);
    expect(one.data[0]).toBeLessThan(1135);
    expect((await evaluate(model, corner(200, 2), engine)).score).toBeCloseTo(scores.test!, 4);
  });
});

it('learns no corner without hidden layers', async () => {
  const { scores } = await train(corner(200, 1), { ...settings, hidden: [], engine });
  expect(scores.train).toBeLessThan(0.6);
  expect(scores.train).toBeGreaterThan(0.3);
});

it('hands out a model whose exported file scales as predict does, however far a column lies from 0', async () => {
  const near = corner(60, 1);
  const far = {
    ...near,
    inputs: matrix(
      60,
      2,
      near.inputs.data.map((x) => x + 30_000),
    ),
  };
  const { model } = await train(far, { ...settings, sweeps: 5, engine });
  const session = await nodeRuntime({ threads: 1 }).load(exportOnnx(model));
  const scores = matrix(60, 1, new Float32Array(60));
  await session.run({ input: far.inputs }, { scores });
  const fewRoundings = { relative: 2 ** -19, absolute: 0 };
  expectClose(scores.data, (await predict(model, far.inputs, engine)).data, fewRoundings);
});

describe('a fit', () => {
  const few = { ...settings, sweeps: 6, engine };

  it('repeats itself to the bit', async () => {
    const [one, two] = [await train(signs(100, 1), few), await train(signs(100, 1), few)];
    expect(two.model).toEqual(one.model);
    expect(two.scores).toEqual(one.scores);
    expect(two.records.map(({ objective }) => objective)).toEqual(
      one.records.map(({ objective }) => objective),
    );
  });

  it('changes with its seed', async () => {
    const [one, two] = [await train(signs(100, 1), few), await train(signs(100, 1), { ...few, seed: 1 })];
    expect(two.model.weights).not.toEqual(one.model.weights);
  });

  it('changes neither its data nor its settings', async () => {
    const data = signs(100, 1);
    const before = structuredClone(data);
    const options = { ...few, gamma: [1, 2] };
    await train(data, options);
    expect(data).toEqual(before);
    expect(options).toEqual({ ...few, gamma: [1, 2] });
  });

  it('tells of every sweep, with the scores on test and validation samples', async () => {
    const seen: number[] = [];
    const { records, scores } = await train(signs(100, 1), {
      ...few,
      test: signs(20, 2),
      validation: 0.2,
      scoreEvery: 2,
      onSweep: ({ sweep }) => seen.push(sweep),
    });
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (const { sweep, scores: after } of records)
      expect(Object.keys(after ?? {})).toEqual(sweep % 2 === 0 ? ['validation', 'test'] : []);
    expect(Object.keys(scores)).toEqual(['train', 'validation', 'test']);
  });

  it('hands out the model of the best sweep on the validation samples', async () => {
    const { records, scores } = await train(mislabelled(80), { ...few, validation: 0.5, sweeps: 40 });
    const validated = records.map((record) => record.scores!.validation!);
    expect(scores.validation).toBe(Math.max(...validated));
    expect(scores.validation).toBeGreaterThan(validated.at(-1)!);
  });

  it('ends when it is interrupted', async () => {
    const interrupt = new AbortController();
    const onSweep = ({ sweep }: { sweep: number }): void => {
      if (sweep === 1) interrupt.abort();
    };
    const { status, records, scores } = await train(signs(100, 1), {
      ...few,
      signal: interrupt.signal,
      onSweep,
    });
    expect(status.name).toBe('interrupted');
    expect(records).toHaveLength(3);
    expect(scores.train).toBeGreaterThan(0);
  });

  it('takes the precision of its engine', async () => {
    const { model } = await train(signs(20, 1), { ...settings, sweeps: 1, engine: referenceEngine() });
    expect(model.weights[0]!.W.data).toBeInstanceOf(Float64Array);
  });
});

/** One label in five is wrong. */
function mislabelled(n: number): Dataset {
  const data = signs(n, 6);
  const wrong = (k: number): boolean => (k >> 1) % 5 === 0;
  return {
    ...data,
    targets: matrix(
      n,
      2,
      data.targets.data.map((y, k) => (wrong(k) ? 1 - y : y)),
    ),
  };
}

describe('what a fit refuses, in a sentence', () => {
  const refusal = async (data: Parameters<typeof train>[0], changes: ConfigInput): Promise<string> => {
    const error = await train(data, { ...settings, ...changes, engine }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).message;
  };

  it('is a hinge for a regression', async () => {
    expect(await refusal(corner(20, 1), { loss: 'hinge' })).toBe(
      'The loss hinge is for classification, and the target is for regression: choose another loss.',
    );
  });

  it('is a gamma for each of another number of layers', async () => {
    expect(await refusal(signs(20, 1), { gamma: [1, 2, 3] })).toBe(
      'gamma has 3 values where one for all layers or one for each of the 2 layers was expected.',
    );
  });

  it('is an order that does not name the blocks', async () => {
    expect(await refusal(signs(20, 1), { order: 'V2 U2 W2' })).toMatch(
      /name each block once: V2 U2 W2 V1 U1 W1\.$/,
    );
  });

  it.each<[title: string, data: Dataset, changes: ConfigInput, words: string]>([
    [
      'smoothed targets of a regression',
      corner(20, 1),
      { smoothing: 0.1 },
      'The setting smoothing is 0.1, and the loss squared for regression has no class targets in {0, 1}: set it to 0 or use the loss softmaxCrossEntropy.',
    ],
    [
      'smoothed targets of a hinge',
      signs(20, 1),
      { smoothing: 0.1, loss: 'hinge' },
      'The setting smoothing is 0.1, and the loss hinge for classification has no class targets in {0, 1}: set it to 0 or use the loss softmaxCrossEntropy.',
    ],
    [
      'balanced classes with a loss that is not linear in its targets',
      signs(20, 1),
      { classWeights: 'balanced' },
      'Balanced classes need a loss that is linear in its targets, and squared for classification is not: use the loss softmaxCrossEntropy.',
    ],
    [
      'balanced classes of a regression',
      corner(20, 1),
      { classWeights: 'balanced' },
      'Balanced classes need a loss that is linear in its targets, and squared for regression is not: use the loss softmaxCrossEntropy.',
    ],
  ])('is %s, by whichever method', async (_, data, changes, words) => {
    for (const method of ['threeSplitting', 'proxLinear', 'adam'])
      expect(await refusal(data, { loss: 'squared', alpha: undefined, ...changes, method })).toBe(words);
  });

  it('is mini-batches in more than one process', async () => {
    const two: Communicator = { ...single, size: 2 };
    const run = train(signs(20, 1), { engine, communicator: two, hidden: [3] });
    await expect(run).rejects.toThrow(UserError);
    await expect(run).rejects.toThrow(
      /^[^\n]*proxLinear works on mini-batches in one process, and there are 2: use [^\n]*\.$/,
    );
  });

  it('is a setting out of its range', async () => {
    expect(await refusal(signs(20, 1), { sweeps: 0 })).toContain('sweeps');
  });
});

describe('a fit with the defaults', () => {
  it.each(Object.entries(engines))(
    'learns classes that no line separates, in mini-batches, in %s',
    async (_, engine) => {
      const { model, status, scores, records } = await train(signs(1000, 1), {
        engine,
        hidden: [30, 30],
        sweeps: 20,
        test: signs(300, 2),
      });
      expect(status).toEqual({ name: 'sweep limit', sentence: 'All 20 sweeps are done.' });
      expect(scores.train).toBeGreaterThan(0.93);
      expect(scores.test).toBeGreaterThan(0.93);
      for (const record of records) {
        expect(Object.keys(record.terms)).toEqual(['loss']);
        expect(record).not.toHaveProperty('descent');
      }
      expect(records.at(-1)!.objective).toBeLessThan(records[0]!.objective / 2);
      const outputs = await predict(
        model,
        { shape: [2, 2], data: Float32Array.of(0.5, 0.5, 0.5, -0.5) },
        engine,
      );
      expect([...argMax(outputs)]).toEqual([1, 0]);
    },
  );

  it('learns a function with a corner, in its own units', async () => {
    const { scores } = await train(corner(1000, 1), {
      engine,
      hidden: [30],
      sweeps: 20,
      test: corner(200, 2),
    });
    expect(scores.train).toBeGreaterThan(0.95);
    expect(scores.test).toBeGreaterThan(0.95);
  });

  it.each(trainers.filter(({ kind }) => kind === 'batches'))(
    'or with $name repeats itself to the bit, changes with its seed, and takes fewer samples than a batch',
    async ({ name, defaults }) => {
      const data = signs(50, 1);
      expect(defaults.batch).toBeGreaterThanOrEqual(50);
      const before = structuredClone(data);
      const settings = { engine, method: name, hidden: [6], sweeps: 3 };
      const [one, two, other] = [
        await train(data, settings),
        await train(data, settings),
        await train(data, { ...settings, seed: 1 }),
      ];
      expect(data).toEqual(before);
      expect(two.model).toEqual(one.model);
      expect(two.records.map(({ objective }) => objective)).toEqual(
        one.records.map(({ objective }) => objective),
      );
      expect(other.model.weights).not.toEqual(one.model.weights);
      // One batch of all samples: the objective as it was met is that of the sweep before.
      expectClose([one.records[1]!.objective], [one.records[0]!.objective], engineAgreement.float32);
    },
  );

  it('counts all classes the same where they are balanced', async () => {
    const even = signs(400, 3);
    const rare = (k: number): boolean => even.targets.data[2 * k + 1] === 1 && k % 8 !== 0;
    const kept = Array.from({ length: 400 }, (_, k) => k).filter((k) => !rare(k));
    const rows = (of: Dataset['inputs']) =>
      matrix(kept.length, 2, Float32Array.from(kept.flatMap((k) => [...of.data.subarray(2 * k, 2 * k + 2)])));
    const data = { ...even, inputs: rows(even.inputs), targets: rows(even.targets) };
    const recall = async (classWeights: 'none' | 'balanced'): Promise<number> => {
      const { model } = await train(data, { engine, hidden: [], sweeps: 30, batch: 32, classWeights });
      const { confusion } = await evaluate(model, data, engine);
      return confusion![1]![1]! / (confusion![1]![0]! + confusion![1]![1]!);
    };
    // No line separates the classes: unweighted, the rare one is never worth it.
    expect(await recall('none')).toBe(0);
    expect(await recall('balanced')).toBeGreaterThan(0.3);
  });

  it('rescales first weights that lose the signal, and says so', async () => {
    const logged = async (init: string): Promise<string[]> => {
      const lines: string[] = [];
      const hidden = new Array<number>(6).fill(8);
      await train(signs(60, 1), { engine, hidden, sweeps: 1, init, onLog: (line) => lines.push(line) });
      return lines;
    };
    expect(await logged('he')).toEqual([]);
    const said = await logged('paper');
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^The first weights lose the signal [^\n]* on 60 samples\.$/);
  });

  it('begins at weights that obey a constraint', async () => {
    const { records } = await train(signs(60, 1), {
      engine,
      hidden: [8],
      sweeps: 2,
      weightRegularizer: { term: 'box(-0.1,0.1)', weight: 1 },
    });
    for (const { objective, terms } of records) {
      expect(Number.isFinite(objective)).toBe(true);
      expect([terms['r(W1)'], terms['r(W2)']]).toEqual([0, 0]);
    }
  });

  it('keeps the best sweep on the validation samples, and stops when it is not beaten', async () => {
    const { status, records, scores } = await train(mislabelled(200), {
      engine,
      hidden: [8],
      sweeps: 200,
      validation: 0.5,
      patience: 3,
    });
    expect(status).toEqual({
      name: 'no improvement',
      sentence: 'The validation score has not risen for 3 sweeps.',
    });
    const validated = records.map((record) => record.scores!.validation!);
    expect(scores.validation).toBe(Math.max(...validated));
    expect(validated.indexOf(Math.max(...validated))).toBe(records.length - 4);
  });
});

describe('the problem that is posed', () => {
  const pose = (changes: ConfigInput) => poseProblem(resolveConfig({ ...settings, ...changes }), signs(5, 1));

  it('has a gamma for each layer, and the identity at its end', () => {
    expect(pose({ gamma: [0.5, 3] }).problem.gamma).toEqual([0.5, 3]);
    expect(pose({ gamma: [0.5], hidden: [4, 4] }).problem.gamma).toEqual([0.5, 0.5, 0.5]);
    const { activations, widths } = pose({ activation: 'leakyRelu', hidden: [4, 4] }).problem;
    expect(activations.map(({ name }) => name)).toEqual(['leakyRelu', 'leakyRelu', 'identity']);
    expect(widths).toEqual([2, 4, 4, 2]);
  });

  it('takes no regularizer for none, whatever its weight', () => {
    const none = { term: 'none', weight: 3 };
    const { problem } = pose({ method: 'tikhonov', stateRegularizer: none, weightRegularizer: none });
    expect([problem.stateRegularizer.weight, problem.weightRegularizer.weight]).toEqual([0, 0]);
    expect(resolveConfig({ stateRegularizer: none })).toEqual(resolveConfig({}));
  });

  it('has the regularizers with their weights', () => {
    const { weightRegularizer, stateRegularizer } = pose({
      weightRegularizer: { term: 'squaredL2', weight: 0.3 },
    }).problem;
    expect([weightRegularizer.term.name, weightRegularizer.weight]).toEqual(['squaredL2', 0.3]);
    expect([stateRegularizer.term.name, stateRegularizer.weight]).toEqual(['none', 0]);
  });
});
