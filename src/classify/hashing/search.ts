import { UserError } from '../../algebra/errors.ts';
import type { Codes } from './codes.ts';
import { hammingDistances, requireComparable } from './hamming.ts';

/** The nearest codes of each query, nearest first. */
export interface Neighbours {
  /** `[queries, k]`: places in the index. */
  readonly places: Uint32Array;
  /** `[queries, k]`: their Hamming distances. */
  readonly distances: Uint32Array;
  readonly k: number;
}

/**
 * The k codes of the index that are nearest to each query by Hamming distance; of codes at the same distance the one that stands
 * earlier in the index comes first. Distances are whole numbers from 0 to K, so they are ranked by counting: O(n) a query.
 * @throws UserError where k is no whole number from 1 to the codes of the index, and as `requireComparable`.
 */
export function search(index: Codes, queries: Codes, k: number): Neighbours {
  requireComparable(index, queries);
  requireNeighbours(k, index.count);
  const [places, ranked] = [new Uint32Array(queries.count * k), new Uint32Array(queries.count * k)];
  const distances = new Uint32Array(index.count);
  const starts = new Uint32Array(index.bits + 2);
  for (let q = 0; q < queries.count; q++) {
    hammingDistances(index, queries, q, distances);
    starts.fill(0);
    for (let i = 0; i < index.count; i++) starts[distances[i]! + 1]!++;
    for (let d = 1; d < starts.length; d++) starts[d]! += starts[d - 1]!;
    for (let i = 0; i < index.count; i++) {
      const distance = distances[i]!;
      const rank = starts[distance]!++;
      if (rank >= k) continue;
      places[q * k + rank] = i;
      ranked[q * k + rank] = distance;
    }
  }
  return { places, distances: ranked, k };
}

/** @throws UserError where k is no whole number from 1 to the codes of the index. */
export function requireNeighbours(k: number, count: number): void {
  if (!Number.isInteger(k) || k < 1 || k > count)
    throw new UserError(
      `${k} neighbours were asked for where the index has ${count} codes: give a whole number from 1 to ${count}.`,
    );
}
