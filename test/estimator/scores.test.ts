import { describe, expect, it } from 'vitest';
import { chunksOf } from '../../src/algebra/samples.ts';
import { matrix } from '../../src/algebra/tensor.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { argMax, predictor, scoreOf } from '../../src/estimator/scores.ts';
import { mlp } from '../../src/models/network.ts';
import { randomWeights } from '../models/smallModels.ts';
import { draw } from '../oracle/draw.ts';

const rows = (...values: readonly (readonly number[])[]) =>
  matrix(values.length, values[0]!.length, Float32Array.from(values.flat()));

describe('the label of a row', () => {
  it('is the index of its largest number, the first of equals', () => {
    expect([...argMax(rows([1, 3, 2], [-5, -7, -6], [0, 0, 0], [1, 2, 2]))]).toEqual([1, 0, 0, 1]);
  });
});

describe('the score of a classification', () => {
  const targets = rows([1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]);

  it('is the fraction of right labels', () => {
    const outputs = rows([9, 1, 0], [0, -1, -2], [0, 0, 0.1], [-1, -3, -0.5]);
    expect(scoreOf(outputs, targets, 'classification')).toBe(0.75);
  });

  it('takes a tie for the first class', () => {
    expect(scoreOf(rows([1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1]), targets, 'classification')).toBe(0.25);
  });

  it('is the same for targets in -1 and 1', () => {
    const coded = { ...targets, data: targets.data.map((y) => 2 * y - 1) };
    const outputs = rows([9, 1, 0], [0, -1, -2], [0, 0, 0.1], [-1, -3, -0.5]);
    expect(scoreOf(outputs, coded, 'classification')).toBe(0.75);
  });
});

describe('the score of a regression, R2,', () => {
  const targets = rows([1, 10], [2, 20], [3, 30], [6, 60]);

  it('is 1 for what is right and 0 for the means', () => {
    expect(scoreOf(targets, targets, 'regression')).toBe(1);
    expect(scoreOf(rows([3, 30], [3, 30], [3, 30], [3, 30]), targets, 'regression')).toBe(0);
  });

  it('is below 0 for what is worse than the means', () => {
    expect(scoreOf(rows([0, 0], [0, 0], [0, 0], [0, 0]), targets, 'regression')).toBeLessThan(0);
  });

  it('is 1 − Σ(y − ŷ)² / Σ(y − ȳ)² over all targets', () => {
    const outputs = rows([1, 12], [2, 20], [3, 30], [5, 60]);
    expect(scoreOf(outputs, targets, 'regression')).toBeCloseTo(1 - 5 / (14 + 1400), 12);
  });

  it('is 0 or 1 where the targets do not vary', () => {
    const constant = rows([2], [2]);
    expect(scoreOf(constant, constant, 'regression')).toBe(1);
    expect(scoreOf(rows([2], [3]), constant, 'regression')).toBe(0);
  });
});

describe('a predictor', () => {
  const network = mlp(3, [4], 2, 'relu');
  const engine = referenceEngine();

  it('gives the same outputs whatever the chunks, for one set of samples after another', async () => {
    const weights = randomWeights(network, 1, 'float64');
    const sets = [draw(1).matrix(10, 3), draw(2).matrix(3, 3), draw(3).matrix(11, 3)];
    const whole = await predictor(engine, network, 100);
    const pieces = await predictor(engine, network, 4);
    const wanted = [];
    for (const X of sets) wanted.push(await whole.outputs(weights, X));
    expect(chunksOf(11, 4).starts).toHaveLength(4);
    for (const round of [0, 1])
      for (const [i, X] of sets.entries())
        expect(await pieces.outputs(weights, X), `round ${round}`).toEqual(wanted[i]);
  });

  it('follows new weights', async () => {
    const one = await predictor(engine, network, 100);
    const X = draw(4).matrix(5, 3);
    const first = await one.outputs(randomWeights(network, 1, 'float64'), X);
    const second = await one.outputs(randomWeights(network, 2, 'float64'), X);
    expect(second.data).not.toEqual(first.data);
    expect(await one.outputs(randomWeights(network, 1, 'float64'), X)).toEqual(first);
  });
});
