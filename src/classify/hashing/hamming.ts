import { UserError } from '../../algebra/errors.ts';
import { type Codes, wordsOf } from './codes.ts';

/** Ones among 32 bits, by sums of neighbouring fields (Warren, Hacker's Delight, 5-1). */
export function popcount(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/**
 * Writes the Hamming distances of one query to all codes of an index into `into`, `[index.count]`; they lie in 0 … K.
 * Codes of both are of one length (`requireComparable`).
 */
export function hammingDistances(index: Codes, queries: Codes, query: number, into: Uint32Array): void {
  const each = wordsOf(index.bits);
  const { words, count } = index;
  const wanted = queries.words.subarray(query * each, (query + 1) * each);
  for (let i = 0, at = 0; i < count; i++) {
    let distance = 0;
    for (let w = 0; w < each; w++, at++) distance += popcount(words[at]! ^ wanted[w]!);
    into[i] = distance;
  }
}

/** @throws UserError where there is nothing to search or to search for, or where codes are not of one length. */
export function requireComparable(index: Codes, queries: Codes): void {
  if (index.count === 0)
    throw new UserError(
      'The index holds no codes where at least one was expected: encode some samples first.',
    );
  if (queries.count === 0)
    throw new UserError(
      'There are no queries where at least one code was expected: encode some samples first.',
    );
  if (index.bits !== queries.bits)
    throw new UserError(
      `The queries have codes of ${queries.bits} bits where the index has codes of ${index.bits}: encode both with the same model.`,
    );
}
