import { UserError } from '../../algebra/errors.ts';
import { type Labelled, type Relevance, relevanceOf } from './relevance.ts';
import { requireNeighbours } from './search.ts';

/** The usual radius of a look-up: all codes that differ in at most two bits. */
export const lookupRadius = 2;

/** A point of a precision-recall curve. */
export interface CurvePoint {
  readonly recall: number;
  readonly precision: number;
}

/** How well codes find samples of the same class; means over queries, all in [0, 1]. */
export interface HashingMetrics {
  readonly bits: number;
  readonly queries: number;
  readonly indexed: number;
  readonly meanAveragePrecision: number;
  readonly k: number;
  readonly precisionAtK: number;
  /** Of the codes within `lookupRadius`; a query that finds none counts as 0. */
  readonly precisionInRadius: number;
  readonly recallInRadius: number;
  /** Share of the queries that find no code within `lookupRadius`. */
  readonly nothingInRadius: number;
  readonly curve: readonly CurvePoint[];
}

/**
 * Retrieval by Hamming distance, where a code is relevant to a query when both are of one class. Codes at the same distance are tied,
 * and most are: every measure of the ranking is its expectation over all orders of the ties (McSherry and Najork 2008), so that
 * no order in which the index happens to be stored is rewarded. Queries whose class the index does not hold have no recall and no
 * average precision and are left out of these two means.
 * @throws UserError where k is not from 1 to the codes of the index, no query has its class there, and as `relevanceOf`.
 */
export function hashingMetrics(index: Labelled, queries: Labelled, k: number): HashingMetrics {
  requireNeighbours(k, index.codes.count);
  const all = relevanceOf(index, queries);
  const answerable = all.filter(({ relevant }) => sum(relevant) > 0);
  if (answerable.length === 0)
    throw new UserError(
      'No query has a class that the index holds, so nothing can be found: encode index and queries from data of the same classes.',
    );
  const harmonic = harmonicNumbers(index.codes.count);
  return {
    bits: index.codes.bits,
    queries: queries.codes.count,
    indexed: index.codes.count,
    meanAveragePrecision: mean(answerable, (one) => averagePrecision(one, harmonic)),
    k,
    precisionAtK: mean(all, (one) => precisionAt(one, k)),
    precisionInRadius: mean(all, (one) => within(one, lookupRadius).precision),
    recallInRadius: mean(answerable, (one) => within(one, lookupRadius).recall),
    nothingInRadius: mean(all, ({ found }) => (sum(found.subarray(0, lookupRadius + 1)) === 0 ? 1 : 0)),
    curve: precisionRecallCurve(all),
  };
}

/** H_0 … H_n, H_n = 1 + 1/2 + … + 1/n. */
export function harmonicNumbers(n: number): Float64Array {
  const harmonic = new Float64Array(n + 1);
  for (let i = 1; i <= n; i++) harmonic[i] = harmonic[i - 1]! + 1 / i;
  return harmonic;
}

/**
 * Average precision, (1/R) Σ over relevant codes of the precision at their rank, in expectation over the orders of ties. Behind N codes, M of them
 * relevant, n tied codes with r relevant add
 *   r/n Σ_{i=1…n} (M + 1 + (i − 1) ρ)/(N + i) = r/n [(M + 1 − (N + 1) ρ)(H_{N+n} − H_N) + n ρ],   ρ = (r − 1)/(n − 1)
 * (0 where n = 1): rank N + i is relevant with probability r/n, and then each of the i − 1 tied codes before it is with ρ.
 * @param harmonic H_0 … of all codes, by `harmonicNumbers`.
 * @returns a number in [0, 1]; NaN where nothing is relevant.
 */
export function averagePrecision({ found, relevant }: Relevance, harmonic: Float64Array): number {
  let [before, relevantBefore, total] = [0, 0, 0];
  for (let d = 0; d < found.length; d++) {
    const [n, r] = [found[d]!, relevant[d]!];
    if (r > 0) {
      const rho = n > 1 ? (r - 1) / (n - 1) : 0;
      const inverses = harmonic[before + n]! - harmonic[before]!;
      total += (r / n) * ((relevantBefore + 1 - (before + 1) * rho) * inverses + n * rho);
    }
    before += n;
    relevantBefore += r;
  }
  return total / relevantBefore;
}

/** Share of the first k codes that is relevant, in expectation over the orders of ties: of the distance where rank k falls, its share. */
export function precisionAt({ found, relevant }: Relevance, k: number): number {
  let [left, hits] = [k, 0];
  for (let d = 0; d < found.length && left > 0; d++) {
    if (found[d] === 0) continue;
    const taken = Math.min(left, found[d]!);
    hits += (taken * relevant[d]!) / found[d]!;
    left -= taken;
  }
  return hits / k;
}

/** Precision and recall of all codes up to a distance; 0 where there are none. */
export function within({ found, relevant }: Relevance, radius: number): CurvePoint {
  const [inside, hits] = [sum(found.subarray(0, radius + 1)), sum(relevant.subarray(0, radius + 1))];
  return { precision: inside === 0 ? 0 : hits / inside, recall: hits === 0 ? 0 : hits / sum(relevant) };
}

/**
 * Precision and recall of all codes up to a distance, over the pairs of all queries together, for the distances 0 … K at which anything is
 * found that was not found before. Pairs are pooled because a query that finds nothing has no precision.
 */
export function precisionRecallCurve(all: readonly Relevance[]): CurvePoint[] {
  const wanted = all.reduce((total, { relevant }) => total + sum(relevant), 0);
  const points: CurvePoint[] = [];
  let [inside, hits] = [0, 0];
  for (let d = 0; d < (all[0]?.found.length ?? 0); d++) {
    const more = all.reduce((total, { found }) => total + found[d]!, 0);
    inside += more;
    hits += all.reduce((total, { relevant }) => total + relevant[d]!, 0);
    if (more > 0) points.push({ recall: hits / wanted, precision: hits / inside });
  }
  return points;
}

function sum(counts: Uint32Array): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}

function mean<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0) / items.length;
}
