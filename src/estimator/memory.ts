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

/** @throws UserError when the run would not fit. */
export function requireMemory(needed: number, available: number): void {
  if (needed <= available) return;
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new UserError(
    `This run needs about ${gigabytes(needed)} of memory and ${gigabytes(available)} are free: use smaller hidden layers or fewer samples.`,
  );
}
