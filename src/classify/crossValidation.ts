import type { LabelledFeatures } from './classifier.ts';
import { type BinarySolution, dualCoordinateDescent } from './dualCoordinateDescent.ts';
import { type FeatureRows, featureRows } from './featureRows.ts';
import { type Fold, stratifiedFolds } from './folds.ts';
import { signsOf } from './linearSvm.ts';
import { requireFinite, strengthGrid } from './strength.ts';

export const foldCount = 3;
/** Samples in all folds: all that there are would take longer than the training itself. */
export const mostSamples = 6000;
/** Powers of ten about 1 over the mean of ‖x_i‖². */
const [lowestPower, highestPower] = [-4, 3];
/** A C is compared with others by its accuracy, which is settled long before the solution is. */
const [tolerance, roundLimit] = [0.1, 100];
export interface Candidate {
  readonly C: number;
  /** Share of right classes among the samples held out, over all folds. */
  readonly accuracy: number;
}

/**
 * The C of the squared hinge by stratified cross-validation, from small to large until one is worse than the best; of equals the
 * smallest. Each begins at the dual solution of the last, which stays feasible (Chu, Ho, Tsai, Lin & Lin 2015, "Warm start for
 * parameter selection of linear classifiers").
 */
export function crossValidate(
  { features, labels, classes }: LabelledFeatures,
  seed: number,
): { readonly C: number; readonly candidates: readonly Candidate[] } {
  requireFinite(features);
  const grid = strengthGrid(features, lowestPower, highestPower);
  const rows = featureRows(features);
  const folds = stratifiedFolds(labels, foldCount, mostSamples, seed);
  const signs = Array.from({ length: classes }, (_, k) => signsOf(labels, k));
  const duals: Float64Array[][] = folds.map(() => signs.map(() => new Float64Array(rows.count)));
  const candidates: Candidate[] = [];
  let best: Candidate | undefined;
  for (const C of grid) {
    let [right, held] = [0, 0];
    for (const [f, fold] of folds.entries()) {
      const solutions = signs.map((ofClass, k) => {
        const solution = dualCoordinateDescent(
          { features: rows, samples: fold.train, signs: ofClass, loss: 'squaredHinge', C },
          { tolerance, roundLimit, seed, shrinking: true, start: duals[f]![k]! },
        );
        duals[f]![k] = solution.alpha;
        return solution;
      });
      right += rightOf(rows, fold, solutions, labels);
      held += fold.held.length;
    }
    const candidate = { C, accuracy: right / Math.max(1, held) };
    candidates.push(candidate);
    if (best === undefined || candidate.accuracy > best.accuracy) best = candidate;
    // Accuracy rises with C and falls, and the largest C take the longest.
    else if (candidate.accuracy < best.accuracy) break;
  }
  return { C: best!.C, candidates };
}

/** Samples held out whose class has the largest score. */
function rightOf(
  rows: FeatureRows,
  { held }: Fold,
  solutions: readonly BinarySolution[],
  labels: ArrayLike<number>,
): number {
  let right = 0;
  for (const i of held) {
    const scores = solutions.map(({ weights }) => rows.dot(i, weights) + weights[rows.width]!);
    if (scores.indexOf(Math.max(...scores)) === labels[i]) right++;
  }
  return right;
}
