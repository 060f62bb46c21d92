import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/algebra/errors.ts';
import { matrix, vector } from '../../src/algebra/tensor.ts';
import { bitAt } from '../../src/classify/hashing/codes.ts';
import { codewords } from '../../src/classify/hashing/codewords.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { classifierCodes, codesOf, requireEncoder, withCodewords } from '../../src/estimator/hashing.ts';
import type { Model } from '../../src/models/model.ts';
import { corner, signs } from './tinyData.ts';

/** x ↦ x, with as many outputs as inputs. */
const identityModel = (task: Model['task']): Model => ({
  network: { widths: [2, 2], activation: 'relu' },
  weights: [{ W: matrix(2, 2, Float32Array.of(1, 0, 0, 1)), b: vector(new Float32Array(2)) }],
  task,
  outputs: ['a', 'b'],
  training: {},
});
const engine = referenceEngine();

describe('withCodewords', () => {
  it('replaces classes by their codewords', () => {
    const train = signs(20, 1);
    const coded = withCodewords({ name: 'signs', train, test: signs(5, 2) }, 16, 3);
    const words = codewords(2, 16, 3);
    expect(coded.train).toMatchObject({ task: 'regression', inputs: train.inputs });
    expect(coded.train.targets.shape).toEqual([20, 16]);
    expect(coded.test!.targets.shape).toEqual([5, 16]);
    expect(coded.train.outputs).toHaveLength(16);
    for (let i = 0; i < 20; i++) {
      const label = train.targets.data[2 * i] === 1 ? 0 : 1;
      expect(coded.train.targets.data.subarray(16 * i, 16 * i + 16)).toEqual(
        words.data.subarray(16 * label, 16 * label + 16),
      );
    }
  });

  it('refuses targets that are no classes', () => {
    const run = () => withCodewords({ name: 'corner', train: corner(20, 1) }, 16, 0);
    expect(run).toThrow(UserError);
    expect(run).toThrow(/The target of corner is for regression/);
  });
});

it('reads the outputs of an encoder by their signs', async () => {
  const inputs = matrix(3, 2, Float32Array.of(1, -1, -2, 3, 0, 0.5));
  const codes = await codesOf(identityModel('regression'), inputs, engine);
  expect([0, 1, 2].map((i) => [bitAt(codes, i, 0), bitAt(codes, i, 1)])).toEqual([
    [1, 0],
    [0, 1],
    [0, 1],
  ]);
});

it('takes no other model for an encoder', () => {
  const model = identityModel('regression');
  expect(() => requireEncoder(model, 'm')).toThrow(/^m is not an encoder/);
  expect(() => requireEncoder({ ...model, training: { 'code bits': '2' } }, 'm')).not.toThrow();
});

describe('the codes of a classifier', () => {
  it('are the predicted class, and the scores against their means over the index', async () => {
    const inputs = {
      index: matrix(2, 2, Float32Array.of(4, 1, 2, 5)),
      queries: matrix(1, 2, Float32Array.of(3.5, 2)),
    };
    const [predicted, scores] = await classifierCodes(identityModel('classification'), 'm', inputs, engine);
    expect([...predicted!.index.words, ...predicted!.queries.words]).toEqual([0b01, 0b10, 0b01]);
    // The means are 3 and 3.
    expect([...scores!.index.words, ...scores!.queries.words]).toEqual([0b01, 0b10, 0b01]);
  });

  it('need one', async () => {
    const inputs = { index: matrix(1, 2, new Float32Array(2)), queries: matrix(1, 2, new Float32Array(2)) };
    await expect(classifierCodes(identityModel('regression'), 'm', inputs, engine)).rejects.toThrow(
      /^m is not a classifier/,
    );
  });
});
