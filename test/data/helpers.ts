import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { UserError } from '../../src/algebra/errors.ts';
import { sizeOf } from '../../src/algebra/tensor.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import type { ImageFiles } from '../../src/data/labelledImages.ts';

/** A folder that is removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-data-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}

export function encodeIdx(shape: readonly number[], data: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(2, 8);
  view.setUint8(3, shape.length);
  shape.forEach((extent, axis) => {
    view.setUint32(4 + 4 * axis, extent);
  });
  bytes.set(data, 4 + 4 * shape.length);
  return bytes;
}

/** Images of 1 x 2 pixels with the given labels. */
export function imageFiles(labels: readonly number[], name = 'train'): ImageFiles {
  const pixels = labels.flatMap((_, row) => [row % 256, 255]);
  return {
    images: { where: `${name}-images`, bytes: encodeIdx([labels.length, 1, 2], pixels) },
    labels: { where: `${name}-labels`, bytes: encodeIdx([labels.length], labels) },
  };
}

/** The message of the UserError, and of nothing else, that `run` must throw. */
export function complaint(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return sentence(error);
  }
  throw new Error('no error was thrown');
}

export async function rejection(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => {
      throw new Error('no error was thrown');
    },
    (error: unknown) => sentence(error),
  );
}

export function sentence(error: unknown): string {
  if (!(error instanceof UserError)) throw error;
  expect(error.message).toMatch(/^[^\n]+: [^\n]+[^.\n]$/);
  return error.message;
}

export function expectValid(dataset: Dataset): void {
  const { inputs, targets, outputs, features, task } = dataset;
  for (const { shape, data } of [inputs, targets]) {
    expect(data).toBeInstanceOf(Float32Array);
    expect(data.length).toBe(sizeOf(shape));
    expect(data.every(Number.isFinite)).toBe(true);
  }
  expect(inputs.shape[0]).toBeGreaterThan(0);
  expect(targets.shape[0]).toBe(inputs.shape[0]);
  expect(targets.shape[1]).toBe(outputs.length);
  if (features) expect(inputs.shape[1]).toBe(features.length);
  if (task === 'classification') {
    expect(targets.data.every((value) => value === 0 || value === 1)).toBe(true);
    expect(Array.from(targets.data).filter((value) => value === 1).length).toBe(targets.shape[0]);
  }
}
