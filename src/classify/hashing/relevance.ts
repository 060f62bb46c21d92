import { UserError } from '../../algebra/errors.ts';
import type { Codes } from './codes.ts';
import { hammingDistances, requireComparable } from './hamming.ts';

/** Codes whose samples have labels. */
export interface Labelled {
  readonly codes: Codes;
  /** `[codes.count]`: the class of each sample. */
  readonly labels: Uint32Array;
}

/** What lies at each distance of one query: all that the measures of a ranking with ties depend on. */
export interface Relevance {
  /** `[K + 1]`: codes of the index at distance d. */
  readonly found: Uint32Array;
  /** `[K + 1]`: those of them whose class is that of the query. */
  readonly relevant: Uint32Array;
}

/**
 * For every query, the codes of the index at each distance and how many of them have its class.
 * @throws UserError where labels are missing, and as `requireComparable`.
 */
export function relevanceOf(index: Labelled, queries: Labelled): Relevance[] {
  requireComparable(index.codes, queries.codes);
  requireLabels('index', index);
  requireLabels('queries', queries);
  const distances = new Uint32Array(index.codes.count);
  return Array.from(queries.labels, (label, q) => {
    hammingDistances(index.codes, queries.codes, q, distances);
    const found = new Uint32Array(index.codes.bits + 1);
    const relevant = new Uint32Array(index.codes.bits + 1);
    for (let i = 0; i < distances.length; i++) {
      const distance = distances[i]!;
      found[distance]!++;
      if (index.labels[i] === label) relevant[distance]!++;
    }
    return { found, relevant };
  });
}

function requireLabels(what: string, { codes, labels }: Labelled): void {
  if (labels.length !== codes.count)
    throw new UserError(
      `The codes of the ${what} have ${labels.length} labels where each of the ${codes.count} needs one: encode samples whose classes are known.`,
    );
}
