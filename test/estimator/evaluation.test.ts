import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/algebra/errors.ts';
import { matrix } from '../../src/algebra/tensor.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { oneHot } from '../../src/data/oneHot.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { evaluate, predict } from '../../src/estimator/evaluation.ts';
import { argMax } from '../../src/estimator/scores.ts';
import { classifier, pixels, rawRows, regressor } from '../models/smallModels.ts';
import { corner } from './tinyData.ts';

const engine = referenceEngine();

function images(labels: readonly number[], classes = 3): Dataset {
  return {
    inputs: pixels(labels.length),
    targets: oneHot(labels, classes),
    task: 'classification',
    outputs: Array.from({ length: classes }, (_, k) => String(k)),
    kind: 'image',
  };
}

describe('the evaluation of a classifier', () => {
  it('counts every sample once, true class by label given', async () => {
    const model = classifier('relu', []);
    const given = argMax(await predict(model, pixels(40), engine));
    const labels = Array.from(given, (label, i) => (i % 4 === 0 ? (label + 1) % 3 : label));
    const { samples, score, confusion } = await evaluate(model, images(labels), engine);
    expect(samples).toBe(40);
    expect(score).toBe(0.75);
    const counts = [0, 1, 2].map((wanted) =>
      [0, 1, 2].map((label) => labels.filter((l, i) => l === wanted && given[i] === label).length),
    );
    expect(confusion).toEqual(counts);
    expect(counts.flat().filter((count) => count > 0).length).toBeGreaterThan(4);
  });
});

describe('the evaluation of a regression', () => {
  it('has a score and no confusion', async () => {
    const model = regressor();
    const inputs = rawRows(9);
    const targets = await predict(model, inputs, engine);
    const data: Dataset = { ...corner(9, 1), inputs, targets, outputs: model.outputs };
    expect(await evaluate(model, data, engine)).toEqual({ samples: 9, score: 1 });
  });
});

describe('data that do not fit the model', () => {
  const refused = (promise: Promise<unknown>) => expect(promise).rejects;

  it('are refused for their inputs', async () => {
    await refused(predict(classifier(), matrix(2, 3, new Float32Array(6)), engine)).toThrow(
      new UserError(
        'The data have 3 inputs a sample where the model expects 4: give data like those it was trained on.',
      ),
    );
  });

  it.each([
    ['outputs', images([0, 1], 2), 'classification with 2 outputs, and the model for classification with 3'],
    ['task', corner(3, 1), 'regression with 1 outputs, and the model for classification with 3'],
  ])('are refused for their %s', async (_, data, words) => {
    await refused(evaluate(classifier(), data, engine)).toThrow(UserError);
    await refused(evaluate(classifier(), data, engine)).toThrow(words);
  });
});
