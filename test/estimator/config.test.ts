import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/algebra/errors.ts';
import { type ConfigInput, fixedSettings } from '../../src/estimator/config.ts';
import { configSchema } from '../../src/estimator/configSchema.ts';
import { resolveConfig } from '../../src/estimator/resolveConfig.ts';

describe('the defaults', () => {
  const defaults = resolveConfig({});

  it('train all samples in float32, certify nothing and set no limit but that of sweeps', () => {
    expect(defaults).toMatchObject({
      method: 'threeSplitting',
      activation: 'relu',
      loss: 'squared',
      order: 'backward',
      seed: 0,
      precision: 'float32',
      validation: 0,
      certify: false,
      scoreEvery: 1,
      weightRegularizer: { term: 'none', weight: 0 },
      stateRegularizer: { term: 'none', weight: 0 },
    });
    expect(defaults).not.toHaveProperty('seconds');
    expect(defaults).not.toHaveProperty('tolerance');
    expect(defaults.sweeps).toBeGreaterThan(0);
  });

  it('are themselves a configuration, also after JSON', () => {
    expect(resolveConfig(defaults)).toEqual(defaults);
    expect(configSchema.parse(JSON.parse(JSON.stringify(defaults)))).toEqual(defaults);
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
    expect(resolveConfig(given)).toEqual({ ...defaults, ...given });
    expect(resolveConfig({ hidden: undefined, seconds: undefined })).toEqual(defaults);
  });

  it('hold every setting that a resumed run must keep', () => {
    expect(Object.keys(defaults)).toEqual(expect.arrayContaining([...fixedSettings]));
  });
});

const wrong: readonly (readonly [settings: object, setting: string, words: string])[] = [
  [{ method: 'sgd' }, 'method', '"sgd" is not a method; there are threeSplitting'],
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
