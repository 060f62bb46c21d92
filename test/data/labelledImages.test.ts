import { describe, expect, it } from 'vitest';
import { labelledImages } from '../../src/data/labelledImages.ts';
import { complaint, encodeIdx, expectValid, imageFiles } from './helpers.ts';

describe('labelledImages', () => {
  it('scales the pixels to [0, 1] and makes labels one-hot', () => {
    const { train, test } = labelledImages(imageFiles([2, 0]));
    expectValid(train);
    expect(test).toBeUndefined();
    expect(train.inputs.shape).toEqual([2, 2]);
    expect([...train.inputs.data]).toEqual([0, 1, Math.fround(1 / 255), 1]);
    expect([...train.targets.data]).toEqual([0, 0, 1, 1, 0, 0]);
    expect(train).toMatchObject({ task: 'classification', kind: 'image', outputs: ['0', '1', '2'] });
    expect(train.features).toBeUndefined();
  });

  it.each([
    ['test', [0, 1], [4]],
    ['train', [0, 4], [1, 1]],
  ])('gives both sets the columns of the one with the largest label: %s', (_, trained, tested) => {
    const { train, test } = labelledImages(imageFiles(trained), imageFiles(tested, 'test'));
    expectValid(train);
    expectValid(test!);
    expect(train.outputs).toEqual(['0', '1', '2', '3', '4']);
    expect(test!.outputs).toEqual(train.outputs);
  });

  const { images, labels } = imageFiles([0, 1]);
  const idx = (where: string, shape: number[], data: number[]) => ({ where, bytes: encodeIdx(shape, data) });
  it.each([
    [
      'unequal counts',
      { images, labels: idx('three', [3], [0, 1, 0]) },
      /train-images has 2 images .* three has 3 labels/,
    ],
    ['one class', imageFiles([3, 3]), /train-labels has only the label 3 .* two classes/],
    ['no images', { images: idx('none', [0, 1, 2], []), labels }, /none holds no pixels \(0 x 1 x 2\)/],
    ['no pixels', { images: idx('none', [2, 0, 2], []), labels }, /none holds no pixels \(2 x 0 x 2\)/],
    ['labels for images', { images: labels, labels }, /train-labels has 1 dimension .* file of labels/],
    ['images for labels', { images, labels: images }, /train-images has 3 dimensions .* file of images/],
    ['broken images', { images: { where: 'bad', bytes: new Uint8Array(1) }, labels }, /bad has 1 byte/],
  ])('refuses %s', (_, files, message) => {
    expect(complaint(() => labelledImages(files))).toMatch(message);
  });

  it('refuses test images of another size', () => {
    const test = { images: idx('test-images', [1, 2, 2], [1, 2, 3, 4]), labels: idx('l', [1], [0]) };
    expect(complaint(() => labelledImages({ images, labels }, test))).toMatch(
      /test-images has images of 2 x 2 where train-images has 1 x 2/,
    );
  });
});
