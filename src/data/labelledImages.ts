import { UserError } from '../algebra/errors.ts';
import { matrix, sizeOf } from '../algebra/tensor.ts';
import type { Dataset } from './dataset.ts';
import { type Idx, parseIdx } from './idx.ts';
import { oneHot } from './oneHot.ts';
import { counted } from './wording.ts';

export interface NamedBytes {
  /** The file, for messages. */
  readonly where: string;
  readonly bytes: Uint8Array;
}

/** An IDX file of images and the IDX file of their labels. */
export interface ImageFiles {
  readonly images: NamedBytes;
  readonly labels: NamedBytes;
}

interface ImageSet {
  readonly images: Idx;
  readonly labels: Idx;
  readonly files: ImageFiles;
}

/** The classes are 0 to the largest label of the two sets, so both have the same columns. */
export function labelledImages(train: ImageFiles, test?: ImageFiles): { train: Dataset; test?: Dataset } {
  const trainSet = imageSet(train);
  requireTwoClasses(trainSet);
  if (!test) return { train: dataset(trainSet, classCount(trainSet)) };

  const testSet = imageSet(test);
  requireSamePixels(trainSet, testSet);
  const classes = Math.max(classCount(trainSet), classCount(testSet));
  return { train: dataset(trainSet, classes), test: dataset(testSet, classes) };
}

function imageSet(files: ImageFiles): ImageSet {
  const images = parseIdx(files.images.bytes, files.images.where);
  const labels = parseIdx(files.labels.bytes, files.labels.where);
  if (images.shape.length < 2)
    throw new UserError(
      `${files.images.where} has 1 dimension where images have at least 2 (count x pixels, or count x rows x columns): check that it is not a file of labels`,
    );
  if (labels.shape.length !== 1)
    throw new UserError(
      `${files.labels.where} has ${labels.shape.length} dimensions where labels have 1: check that it is not a file of images`,
    );
  if (images.data.length === 0)
    throw new UserError(
      `${files.images.where} holds no pixels (${images.shape.join(' x ')}) where at least one image was expected: check that it is the right file`,
    );
  const [count] = images.shape;
  if (count !== labels.data.length)
    throw new UserError(
      `${files.images.where} has ${counted(count!, 'image')} where ${files.labels.where} has ${counted(labels.data.length, 'label')}: pass two files that belong together`,
    );
  return { images, labels, files };
}

function requireTwoClasses({ labels, files }: ImageSet): void {
  const [first] = labels.data;
  if (labels.data.every((label) => label === first))
    throw new UserError(
      `${files.labels.where} has only the label ${first} where at least two classes were expected: check that it is the right file`,
    );
}

function requireSamePixels(train: ImageSet, test: ImageSet): void {
  const [given, expected] = [test, train].map(({ images }) => images.shape.slice(1).join(' x '));
  if (given !== expected)
    throw new UserError(
      `${test.files.images.where} has images of ${given} where ${train.files.images.where} has ${expected}: pass two sets of images of the same size`,
    );
}

function classCount({ labels }: ImageSet): number {
  return labels.data.reduce((largest, label) => Math.max(largest, label), 0) + 1;
}

function dataset({ images, labels }: ImageSet, classes: number): Dataset {
  const pixels = new Float32Array(images.data.length);
  for (let index = 0; index < pixels.length; index++) pixels[index] = images.data[index]! / 255;
  return {
    inputs: matrix(images.shape[0]!, sizeOf(images.shape.slice(1)), pixels),
    targets: oneHot(labels.data, classes),
    task: 'classification',
    outputs: Array.from({ length: classes }, (_, label) => String(label)),
    kind: 'image',
  };
}
