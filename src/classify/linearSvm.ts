import { matrix, vector } from '../algebra/tensor.ts';
import type { LabelledFeatures, LinearClassifier } from './classifier.ts';
import { type BinarySolution, dualCoordinateDescent, type HingeLoss } from './dualCoordinateDescent.ts';
import { featureRows } from './featureRows.ts';
import { requireFinite, requireStrength } from './strength.ts';

export interface SvmSettings {
  /** ξ(m) = max(0, 1 − m), or its square, which is the default. */
  readonly loss?: HingeLoss;
  /** C > 0. */
  readonly C: number;
  /** ε of the stopping rule, 0.01 by default. */
  readonly tolerance?: number;
  /** Rounds at most for each class, 1000 by default. */
  readonly roundLimit?: number;
  /** Of the random orders, 0 by default. */
  readonly seed?: number;
}

/** How the problem of one class was solved: dual ≤ optimum ≤ primal. */
export type ClassSolution = Pick<BinarySolution, 'primal' | 'dual' | 'rounds' | 'status'>;

export interface LinearSvm extends LinearClassifier {
  readonly solutions: readonly ClassSolution[];
}

/**
 * Linear support vector machines, one class against the rest: for each class k, with y_i = 1 where sample i is of class k and −1
 * elsewhere,
 *
 *   min ½‖w_k‖² + ½ b_k² + C Σ_i ξ(y_i (⟨w_k, x_i⟩ + b_k)).
 *
 * This is what LIBLINEAR minimises with `-B 1` and `-s 3` (hinge) or `-s 1` (its square), with the same stopping rule: the violations
 * of the dual variables lie within an interval of length ε. Of two classes one is solved, and the other is its negative.
 *
 * The one problem of all classes (Crammer & Singer 2001; Keerthi et al. 2008) is left out: what ZB asks for are the machines of
 * LIBLINEAR's default, and problems of two classes each have a duality gap of their own.
 *
 * Reference: Hsieh, Chang, Lin, Keerthi & Sundararajan 2008, "A dual coordinate descent method for large-scale linear SVM".
 *
 * @returns weights W `[classes, d]` and b `[classes]` in float64.
 * @throws UserError where C is not positive or features are not finite.
 */
export function linearSvm(
  { features, labels, classes }: LabelledFeatures,
  { loss = 'squaredHinge', C, tolerance = 0.01, roundLimit = 1000, seed = 0 }: SvmSettings,
): LinearSvm {
  requireStrength(C);
  requireFinite(features);
  const rows = featureRows(features);
  const samples = Uint32Array.from({ length: rows.count }, (_, i) => i);
  const solveClass = (k: number): BinarySolution =>
    dualCoordinateDescent(
      { features: rows, samples, signs: signsOf(labels, k), loss, C },
      { tolerance, roundLimit, seed, shrinking: true },
    );
  const solutions =
    classes === 2 ? bothOf(solveClass(0)) : Array.from({ length: classes }, (_, k) => solveClass(k));
  return { ...stacked(solutions, rows.width), solutions: solutions.map(summary) };
}

/** y_i = 1 where the sample is of class k, and −1 elsewhere. */
export function signsOf(labels: ArrayLike<number>, k: number): Int8Array {
  return Int8Array.from(labels, (label) => (label === k ? 1 : -1));
}

/** The solutions for the two classes of a problem, given that of the first. */
function bothOf(first: BinarySolution): BinarySolution[] {
  return [first, { ...first, weights: first.weights.map((w) => -w) }];
}

/** Weights and biases of all classes. */
function stacked(solutions: readonly Pick<BinarySolution, 'weights'>[], width: number): LinearClassifier {
  const W = new Float64Array(solutions.length * width);
  for (const [k, { weights }] of solutions.entries()) W.set(weights.subarray(0, width), k * width);
  const b = Float64Array.from(solutions, ({ weights }) => weights[width]!);
  return { W: matrix(solutions.length, width, W), b: vector(b) };
}

function summary({ primal, dual, rounds, status }: BinarySolution): ClassSolution {
  return { primal, dual, rounds, status };
}
