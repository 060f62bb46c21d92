import { UserError } from '../../algebra/errors.ts';
import type { Matrix } from '../../algebra/tensor.ts';

/** Binary codes of samples, packed: bit k of sample i is bit k mod 32 of word i ⌈bits/32⌉ + ⌊k/32⌋; what is left of its last word is 0. */
export interface Codes {
  /** Bits of a code, K. */
  readonly bits: number;
  /** Samples, n. */
  readonly count: number;
  /** `[n, ⌈K/32⌉]`, row-major. */
  readonly words: Uint32Array;
}

/** Lengths of codes that are trained and stored. */
export const fewestBits = 16;
export const mostBits = 128;

/** @throws UserError where K is no whole number from 16 to 128. */
export function requireBits(bits: number): void {
  if (!Number.isInteger(bits) || bits < fewestBits || bits > mostBits)
    throw new UserError(
      `The length of a code is ${bits} bits where a whole number from ${fewestBits} to ${mostBits} was expected: give for example 64.`,
    );
}

/** Words of one code. */
export const wordsOf = (bits: number): number => Math.ceil(bits / 32);

/**
 * h_k(x) = 1 where f_k(x) > t_k, and 0 elsewhere.
 * @param scores f, `[n, K]`, K ≥ 1.
 * @param thresholds t, `[K]`; all 0 without them.
 */
export function packSigns(scores: Matrix, thresholds?: ArrayLike<number>): Codes {
  const [count, bits] = scores.shape;
  const each = wordsOf(bits);
  const words = new Uint32Array(count * each);
  for (let i = 0; i < count; i++)
    for (let k = 0; k < bits; k++)
      if (scores.data[i * bits + k]! > (thresholds?.[k] ?? 0)) words[i * each + (k >>> 5)]! |= 1 << (k & 31);
  return { bits, count, words };
}

/** Bit k of sample i, 0 or 1. */
export function bitAt({ bits, words }: Codes, i: number, k: number): number {
  return (words[i * wordsOf(bits) + (k >>> 5)]! >>> (k & 31)) & 1;
}

/** The codes of samples `start` to `end`, `end` excluded, as a view. */
export function sliceCodes({ bits, words }: Codes, start: number, end: number): Codes {
  const each = wordsOf(bits);
  return { bits, count: end - start, words: words.subarray(start * each, end * each) };
}
