import { UserError } from '../algebra/errors.ts';
import { matrix } from '../algebra/tensor.ts';
import type { Dataset } from './dataset.ts';
import type { NamedBytes } from './labelledImages.ts';
import { oneHot } from './oneHot.ts';
import { counted, quoted } from './wording.ts';

const classes = 10;
/** 32 × 32 pixels: all reds, then all greens, then all blues, each row by row. */
const pixels = 3 * 32 * 32;
/** A label and the pixels. */
const record = 1 + pixels;

/**
 * Reads files of the binary version of CIFAR-10 (Krizhevsky 2009), which have any number of records one after the other: a byte that
 * is the label, 0 to 9, and 3072 bytes of pixels.
 * @param files of one set, put together in this order.
 * @param names of the ten classes, from `classNames`.
 * @returns inputs `[n, 3072]` in [0, 1].
 * @throws UserError where a file is empty or cut short or a label is out of range.
 */
export function cifar10(files: readonly NamedBytes[], names: readonly string[]): Dataset {
  const counts = files.map(recordsIn);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const inputs = new Float32Array(total * pixels);
  const labels = new Uint8Array(total);
  let row = 0;
  for (const [f, { where, bytes }] of files.entries())
    for (let i = 0; i < counts[f]!; i++, row++) {
      const label = bytes[i * record]!;
      if (label >= classes)
        throw new UserError(
          `${where} has the label ${label} in its record ${i + 1} where 0 to ${classes - 1} were expected: check that it is a file of the binary version of CIFAR-10`,
        );
      labels[row] = label;
      for (let k = 0; k < pixels; k++) inputs[row * pixels + k] = bytes[i * record + 1 + k]! / 255;
    }
  return {
    inputs: matrix(total, pixels, inputs),
    targets: oneHot(labels, classes),
    task: 'classification',
    outputs: names,
    kind: 'image',
  };
}

function recordsIn({ where, bytes }: NamedBytes): number {
  const count = bytes.length / record;
  if (count === 0 || !Number.isInteger(count))
    throw new UserError(
      `${where} has ${counted(bytes.length, 'byte')} where records of ${record} bytes, one at least, were expected: the file is truncated or no file of the binary version of CIFAR-10, fetch it again`,
    );
  return count;
}

/**
 * The class names of `batches.meta.txt`, one a line, in the order of the labels.
 * @throws UserError where there are not ten different ones.
 */
export function classNames(text: string, where: string): string[] {
  const names = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (names.length !== classes)
    throw new UserError(
      `${where} has ${counted(names.length, 'class name')} where ${classes} were expected, one a line: fetch it again`,
    );
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined)
    throw new UserError(
      `${where} has the class name ${quoted(twice)} twice where ten different names were expected: fetch it again`,
    );
  return names;
}
