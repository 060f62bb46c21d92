import { describe, expect, it } from 'vitest';
import { matrix } from '../../src/algebra/tensor.ts';
import type { LabelledFeatures } from '../../src/classify/classifier.ts';
import { classifiers } from '../../src/classify/index.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { accuracyOf, clouds } from './samples.ts';

const settings = { engine: referenceEngine(), seed: 0, log: () => {} };
const easy = clouds(5, { n: 90, width: 10, spread: 0.2 });
const zeros = (data: LabelledFeatures): LabelledFeatures => ({
  ...data,
  features: matrix(...data.features.shape, new Float64Array(data.features.data.length)),
});

describe.each(classifiers)('$name', ({ train }) => {
  it.each([undefined, 1])('labels classes that lines separate, C = %s', async (C) => {
    const classifier = await train(easy, { ...settings, ...(C !== undefined && { C }) });
    expect(classifier.W.shape).toEqual([3, 10]);
    expect(classifier.b.shape).toEqual([3]);
    expect(accuracyOf(easy, classifier)).toBe(1);
    if (C !== undefined) expect(classifier.C).toBe(C);
  });

  it('repeats itself to the bit, and does not change its features', async () => {
    const before = structuredClone(easy);
    expect(await train(easy, settings)).toEqual(await train(easy, settings));
    expect(easy).toEqual(before);
  });

  it('never names a class without a sample', async () => {
    const more = { ...easy, classes: 5 };
    const classifier = await train(more, settings);
    expect(classifier.W.shape).toEqual([5, 10]);
    expect(accuracyOf(more, classifier)).toBe(1);
  });

  it.each([
    ['one class alone', { ...easy, labels: new Uint32Array(90) }],
    ['features that are all 0', zeros(easy)],
    ['more features than samples', clouds(2, { n: 6, width: 20 })],
    ['a sample', clouds(2, { n: 1 })],
  ])('has finite weights for %s', async (_, data) => {
    const { W, b, C } = await train(data, settings);
    for (const value of [...W.data, ...b.data, C]) expect(Number.isFinite(value)).toBe(true);
  });

  it('names the most frequent class where features say nothing', async () => {
    const labels = Uint32Array.from({ length: 90 }, (_, i) => (i % 5 < 3 ? 1 : i % 5 === 3 ? 0 : 2));
    const data = zeros({ ...easy, labels });
    expect(accuracyOf(data, await train(data, settings))).toBe(0.6);
  });
});
