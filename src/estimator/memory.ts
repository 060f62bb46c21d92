import { UserError } from '../algebra/errors.ts';
import type { Precision } from '../algebra/tensor.ts';

/** Room for graphs, products of one chunk and the runtime itself. */
const overhead = 600e6;

/**
 * Bytes that a run holds at its peak: U and V of every layer, the data in the precision of the run, weights with their
 * copies, the float64 Gram matrix of the widest layer with the system and the factor made of it, and overhead.
 */
export function estimateMemory(widths: readonly number[], samples: number, precision: Precision): number {
  const size = precision === 'float32' ? 4 : 8;
  const states = 2 * samples * widths.slice(1).reduce((total, width) => total + width, 0) * size;
  const converted = precision === 'float64' ? samples * (widths[0]! + widths.at(-1)!) * 8 : 0;
  const copies = 4 * 8 * widths.slice(1).reduce((total, width, i) => total + width * (widths[i]! + 1), 0);
  const solve = 3 * 8 * (Math.max(...widths.slice(0, -1)) + 1) ** 2;
  return states + converted + copies + solve + overhead;
}

/**
 * The same of a run on mini-batches: no state of the samples is kept but their targets; weights, what is kept beside them and their
 * copies; the values of one step, m x m systems among them; and overhead.
 */
export function estimateBatchMemory(
  widths: readonly number[],
  samples: number,
  batch: number,
  precision: Precision,
): number {
  const size = precision === 'float32' ? 4 : 8;
  const targets = samples * widths.at(-1)! * size;
  const converted = precision === 'float64' ? samples * (widths[0]! + widths.at(-1)!) * 8 : 0;
  const weights = widths.slice(1).reduce((total, width, i) => total + width * (widths[i]! + 1), 0);
  const values = batch * widths.reduce((total, width) => total + width, 0);
  const systems = (widths.length - 1) * Math.min(batch, Math.max(...widths)) ** 2;
  return targets + converted + size * (12 * weights + 20 * values + 3 * systems) + overhead;
}

/** What a classifier adds to either: the last hidden features, chunk by chunk and in one matrix, and a compressed copy. */
export function estimateClassifierMemory(
  widths: readonly number[],
  samples: number,
  precision: Precision,
): number {
  return 3 * samples * widths.at(-2)! * (precision === 'float32' ? 4 : 8);
}

/** @throws UserError when the run would not fit. */
export function requireMemory(needed: number, available: number): void {
  if (needed <= available) return;
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new UserError(
    `This run needs about ${gigabytes(needed)} of memory and ${gigabytes(available)} are free: use smaller hidden layers or fewer samples.`,
  );
}
