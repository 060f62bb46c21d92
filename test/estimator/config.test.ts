import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/algebra/errors.ts';
import { type ConfigInput, fixedSettings } from '../../src/estimator/config.ts';
import { configSchema } from '../../src/estimator/configSchema.ts';
import { resolveConfig } from '../../src/estimator/resolveConfig.ts';
import { trainers } from '../../src/estimator/trainers.ts';
import { losses } from '../../src/problem/losses/index.ts';
import { proxLinear } from '../../src/splitting/proxLinear.ts';

describe('the defaults', () => {
  const defaults = resolveConfig({});

  it('train mini-batches in float32, certify nothing and set no limit but that of sweeps', () => {
    expect(defaults).toMatchObject({
      method: 'proxLinear',
      hidden: [300, 300],
      activation: 'relu',
      loss: 'softmaxCrossEntropy',
      ...proxLinear.defaults.penalties(3),
      outputUpdate: 'proxLinear',
      init: 'he',
      sweeps: 10,
      batch: proxLinear.defaults.batch,
      smoothing: 0.1,
      classWeights: 'none',
      order: 'backward',
      seed: 0,
      precision: 'float32',
      validation: 0,
      certify: false,
      scoreEvery: 1,
      weightRegularizer: { term: 'none', weight: 0 },
      stateRegularizer: { term: 'none', weight: 0 },
    });
    for (const limit of ['seconds', 'patience', 'tolerance', 'rate'])
      expect(defaults).not.toHaveProperty(limit);
  });

  it('of the methods of the papers are those of the papers, on all samples at once', () => {
    for (const method of ['threeSplitting', 'twoSplitting']) {
      const config = resolveConfig({ method });
      expect(config).toMatchObject({
        method,
        hidden: [1000],
        loss: 'squared',
        gamma: [1],
        alpha: { V: [5], U: [5], W: [5] },
        outputUpdate: 'proximal',
        init: 'identity',
        sweeps: 20,
        smoothing: 0,
      });
      expect(config).not.toHaveProperty('batch');
      expect(config).not.toHaveProperty('rate');
    }
  });

  it.each(trainers)('of $name are themselves a configuration, also after JSON', ({ name, defaults: own }) => {
    for (const task of ['classification', 'regression'] as const) {
      const config = resolveConfig({ method: name }, task);
      expect(config).toMatchObject({ method: name, hidden: own.hidden, loss: own.loss[task] });
      expect(resolveConfig(config, task)).toEqual(config);
      expect(configSchema.parse(JSON.parse(JSON.stringify(config)))).toEqual(config);
    }
  });

  it('of the penalties go with the number of layers', () => {
    for (const layers of [1, 2, 3, 4, 11]) {
      const hidden = new Array<number>(layers - 1).fill(5);
      expect(resolveConfig({ hidden })).toMatchObject({ ...proxLinear.defaults.penalties(layers) });
    }
  });

  it('of sweeps make a thousand steps where samples are few, in a hundred sweeps at most', () => {
    const sweeps = (samples: number, settings: ConfigInput = {}): number =>
      resolveConfig(settings, 'classification', samples).sweeps;
    const of = (samples: number): number => sweeps(samples, { batch: 100 });
    expect([60_000, 10_099, 2000, 1099, 999, 100, 7].map(of)).toEqual([10, 10, 50, 100, 100, 100, 100]);
    expect(sweeps(500, { sweeps: 3 })).toBe(3);
    expect(sweeps(500, { method: 'adam' })).toBe(100);
    expect(sweeps(500, { method: 'threeSplitting' })).toBe(20);
  });

  it('are not shared: a change of one configuration leaves the next as it was', () => {
    const changed = resolveConfig({});
    changed.hidden.push(7);
    changed.gamma.push(7);
    for (const values of Object.values(changed.alpha)) values.push(7);
    expect(resolveConfig({})).toEqual(defaults);
  });

  it('give way to what is given and not to what is undefined', () => {
    const given: ConfigInput = {
      hidden: [3, 2],
      gamma: [0.5, 2, 3],
      alpha: { V: [1], U: [2], W: [3, 4, 5] },
      loss: 'hinge',
      activation: 'leakyRelu',
      init: 'he',
      seed: 2 ** 32 - 1,
      precision: 'float64',
      validation: 0.25,
      sweeps: 7,
      seconds: 0.5,
      tolerance: 1e-3,
      certify: true,
      scoreEvery: 2,
      chunk: 10,
    };
    const method = 'threeSplitting';
    expect(resolveConfig(given)).toEqual({ ...resolveConfig({ method }), ...given });
    const { tolerance: _, certify: __, ...rest } = given;
    const more: ConfigInput = { outputUpdate: 'proximal', batch: 7, patience: 3, smoothing: 0 };
    expect(resolveConfig({ ...rest, ...more })).toEqual({ ...defaults, ...rest, ...more });
    expect(resolveConfig({ hidden: undefined, seconds: undefined })).toEqual(defaults);
  });

  it('hold every setting that a resumed run must keep', () => {
    const chosen = { inputs: { 1: { learned: [0], added: [] } }, theta: '0.5', start: 'model.onnx' };
    const given = {
      ...defaults,
      ...resolveConfig({ method: 'adam' }),
      ...resolveConfig({ method: 'tikhonov', ...chosen }),
    };
    expect(Object.keys(given)).toEqual(expect.arrayContaining([...fixedSettings]));
  });
});

const wrong: readonly (readonly [settings: object, setting: string, words: string])[] = [
  [
    { method: 'backprop' },
    'method',
    '"backprop" is not a method; there are auto, proxLinear, threeSplitting',
  ],
  [{ activation: 'sine' }, 'activation', '"sine" is not an activation; there are identity, leakyRelu'],
  [{ loss: 'log' }, 'loss', '"log" is not a loss; there are crossEntropy, exponential, hinge'],
  [{ init: 'ones' }, 'init', '"ones" is not an initialisation; there are '],
  [{ precision: 'float16' }, 'precision', '"float16" is neither float32 nor float64'],
  [{ weightRegularizer: { term: 'l3', weight: 1 } }, 'weightRegularizer.term', '"l3" is not a regularizer'],
  [
    { stateRegularizer: { term: 'none', weight: -1 } },
    'stateRegularizer.weight',
    '-1 is not zero or positive',
  ],
  [{ hidden: [3, 0] }, 'hidden.1', '0 is not a positive whole number'],
  [{ hidden: [2.5] }, 'hidden.0', '2.5 is not a positive whole number'],
  [{ gamma: [0] }, 'gamma.0', '0 is not positive'],
  [{ gamma: [1, -2] }, 'gamma.1', '-2 is not positive'],
  [{ gamma: [Number.NaN] }, 'gamma.0', 'NaN is not a finite number'],
  [{ gamma: ['1'] }, 'gamma.0', '"1" is not a finite number'],
  [{ gamma: [] }, 'gamma', 'one value at least'],
  [{ alpha: { V: [1], U: [1], W: [2, 0] } }, 'alpha.W.1', '0 is not positive'],
  [{ alpha: { V: [1], U: [1] } }, 'alpha.W', 'undefined is not a list of numbers, such as [1]'],
  [{ outputUpdate: 'linear' }, 'outputUpdate', '"linear" is neither proximal nor proxLinear'],
  [{ activation: 'softplus(0)' }, 'activation', 'softplus'],
  [{ activation: 'relu(2)' }, 'activation', '"relu(2)" is not understood'],
  [{ weightRegularizer: { term: 'box(1,-1)', weight: 1 } }, 'weightRegularizer.term', 'is empty'],
  [{ seed: -1 }, 'seed', '-1 is not a whole number from 0 to 4294967295'],
  [{ seed: 1.5 }, 'seed', '1.5 is not a whole number from 0 to 4294967295'],
  [{ seed: 2 ** 32 }, 'seed', '4294967296 is not a whole number from 0 to 4294967295'],
  [{ validation: 0.1, scoreEvery: 0 }, 'validation', 'scoreEvery is 0'],
  [{ patience: 3 }, 'patience', 'it waits for the validation score, and validation is 0'],
  [{ spareOutput: true }, 'spareOutput', 'without the weight regularizer, and there is none'],
  [{ keepZeros: true }, 'keepZeros', 'weights that are drawn have no zeros, start from a model that has'],
  [{ patience: 0, validation: 0.1 }, 'patience', '0 is not a positive whole number'],
  [{ batch: 0 }, 'batch', '0 is not a positive whole number'],
  [{ batch: 2.5 }, 'batch', '2.5 is not a positive whole number'],
  [{ method: 'adam', rate: 0 }, 'rate', '0 is not positive'],
  [{ smoothing: 1 }, 'smoothing', '1 is not a fraction from 0 to below 1'],
  [{ smoothing: -0.1 }, 'smoothing', '-0.1 is not a fraction from 0 to below 1'],
  [{ classWeights: 'even' }, 'classWeights', '"even" is neither none nor balanced'],
  [{ validation: 1 }, 'validation', '1 is not a fraction from 0 to below 1'],
  [{ validation: -0.1 }, 'validation', '-0.1 is not a fraction from 0 to below 1'],
  [{ sweeps: 0 }, 'sweeps', '0 is not a positive whole number'],
  [{ sweeps: 1.5 }, 'sweeps', '1.5 is not a positive whole number'],
  [{ sweeps: Number.POSITIVE_INFINITY }, 'sweeps', 'Infinity is not a finite number'],
  [{ seconds: 0 }, 'seconds', '0 is not positive'],
  [{ tolerance: -1 }, 'tolerance', '-1 is not positive'],
  [{ scoreEvery: 1.5 }, 'scoreEvery', '1.5 is not a whole number from 0'],
  [{ scoreEvery: -1 }, 'scoreEvery', '-1 is not a whole number from 0'],
  [{ chunk: 0 }, 'chunk', '0 is not a positive whole number'],
];

function complaint(settings: object): string {
  try {
    resolveConfig(settings as ConfigInput);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return 'none';
}

describe('a setting that is wrong is named with what was given', () => {
  it.each(wrong)('%j', (settings, setting, words) => {
    const said = complaint(settings);
    expect(said).toMatch(/^[^\n]*\.$/);
    expect(said).toContain(`The setting ${setting} is not valid: `);
    expect(said).toContain(words);
  });

  it('and so is one that does not exist', () => {
    expect(complaint({ learningRate: 0.1 })).toBe('There is no setting named "learningRate".');
    expect(complaint({ alpha: { V: [1], U: [1], W: [1], Z: [1] } })).toBe(
      'There is no setting named "alpha.Z".',
    );
  });
});

describe('the method auto', () => {
  const triggers: readonly ConfigInput[] = [
    { certify: true },
    { tolerance: 1e-3 },
    { order: 'forward' },
    { stateRegularizer: { term: 'squaredL2', weight: 0.1 } },
  ];

  it.each(triggers)('is threeSplitting for %j, which mini-batches cannot honour', (asked) => {
    for (const method of ['auto', undefined])
      expect(resolveConfig({ ...asked, method })).toEqual({
        ...resolveConfig({ method: 'threeSplitting' }),
        ...asked,
      });
  });

  it.each<ConfigInput>([
    {},
    { certify: false },
    { order: 'backward' },
    { stateRegularizer: { term: 'l1', weight: 0 } },
    { weightRegularizer: { term: 'l1', weight: 0.1 } },
    { loss: 'squared' },
    { seconds: 5, validation: 0.1, patience: 2 },
  ])('is proxLinear for %j', (asked) => {
    expect(resolveConfig({ ...asked, method: 'auto' }).method).toBe('proxLinear');
  });

  it.each(trainers.filter(({ kind }) => kind === 'batches'))(
    'can do what $name refuses in a sentence',
    ({ name }) => {
      for (const asked of triggers)
        expect(complaint({ ...asked, method: name })).toBe(
          `The setting ${Object.keys(asked)[0]} is not valid: ${name} works on mini-batches and cannot honour it, use the method threeSplitting.`,
        );
    },
  );

  it.each(trainers.filter(({ kind }) => kind === 'blocks'))('honours all that $name has', ({ name }) => {
    for (const asked of triggers) expect(resolveConfig({ ...asked, method: name }).method).toBe(name);
  });
});

describe('a setting that the method has no use for is refused in a sentence', () => {
  it.each(trainers)('by $name', ({ name, kind, defaults: { rate, batch } }) => {
    const said = (settings: ConfigInput) => complaint({ ...settings, method: name });
    expect(said({ batch: 32 })).toBe(
      kind === 'batches'
        ? 'none'
        : `The setting batch is not valid: ${name} updates all samples at once and has no mini-batches.`,
    );
    expect(said({ rate: 0.01 })).toBe(
      rate === undefined ? `The setting rate is not valid: ${name} has no learning rate.` : 'none',
    );
    expect(batch === undefined).toBe(kind === 'blocks');
  });
});

describe('the defaults that go with the task and the loss', () => {
  it.each(losses)('fit $name', (loss) => {
    for (const task of loss.tasks) {
      const { smoothing, outputUpdate } = resolveConfig({ loss: loss.name }, task);
      expect(smoothing).toBe(task === 'classification' && loss.coding === '0/1' ? 0.1 : 0);
      const bends = loss.properties.gradientLipschitz ?? Number.POSITIVE_INFINITY;
      expect(outputUpdate).toBe(bends <= 1 / 2 ? 'proxLinear' : 'proximal');
    }
  });

  it('are the squared loss without smoothing for a regression', () => {
    expect(resolveConfig({}, 'regression')).toMatchObject({
      loss: 'squared',
      smoothing: 0,
      outputUpdate: 'proximal',
    });
  });

  it('give way to what is given', () => {
    expect(resolveConfig({ smoothing: 0.3, outputUpdate: 'proximal' })).toMatchObject({
      smoothing: 0.3,
      outputUpdate: 'proximal',
    });
  });
});
