import { epsilon, type Precision } from '../src/algebra/tensor.ts';

/** |actual − expected| ≤ relative |expected| + absolute. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/** Float64 formulas that are algebraically equal but rounded differently: about half a million units of rounding. */
export const closedForm: Tolerance = { relative: 1e-10, absolute: 1e-10 };

/** A step divided by its size against the slope: what is of second order in the step, 1e-7 times numbers of size ten. */
export const firstOrder: Tolerance = { relative: 1e-5, absolute: 1e-6 };

/** Float64 functions of one variable that are made of a few elementary ones, each good to a unit of rounding or two. */
export const specialFunction: Tolerance = { relative: 50 * epsilon.float64, absolute: 0 };

/**
 * The same formula on an engine and on the reference. Sums run in another order and products are fused, so half of the
 * digits of the narrower type must agree; the absolute part is for differences of numbers of size one.
 */
export const engineAgreement: Readonly<Record<Precision, Tolerance>> = {
  float32: { relative: Math.sqrt(epsilon.float32), absolute: 100 * epsilon.float32 },
  float64: { relative: Math.sqrt(epsilon.float64), absolute: 100 * epsilon.float64 },
};

/** ‖A x − b‖ / (‖A‖ ‖x‖) of a Cholesky solve: backward stable, a few d · eps; d ≤ 500 here. */
export const solveResidual = 1e-13;

/** How far the value at a prox may lie above the best value that a search found: rounding of one evaluation. */
export const bruteForceSlack = (value: number): number => 1e-12 * (1 + Math.abs(value));

/** Distance of 0 to the subdifferential at a prox, relative to the largest terms that cancel in it. */
export const optimality = 1e-12;

/** Relative width of the edge of an indicator function of a row, less 1e-14 for the rounding of a test. */
export const edgeAllowance: number = 1e-5 * (1 - 1e-9);

/** Step and error of one-sided differences: h of truncation and eps/h of rounding, each times numbers of size ten. */
export const differenceStep: number = 2 ** -20;
export const differenceError: Tolerance = { relative: 1e-5, absolute: 1e-5 };

/** Inequalities between float64 numbers that hold exactly without rounding. */
export const inequalitySlack = (...values: number[]): number =>
  1e-12 * (1 + Math.max(...values.map(Math.abs)));

/** What rounding can add to a difference of two objectives: each is a sum of some hundred terms, all nonnegative. */
export const descentSlack = (precision: Precision, objective: number): number =>
  1000 * epsilon[precision] * Math.abs(objective);

/** ‖P^k − P^{k−1}‖² at which an iteration counts as converged: the error that is left is far below `fixedPoint`. */
export const convergedMovement = 1e-24;
/** Distance from a closed-form fixed point after convergence. */
export const fixedPoint: Tolerance = { relative: 1e-8, absolute: 1e-8 };

/** Means and spreads over samples of numbers of size one behind some layers, in the precision of the run. */
export const calibration = (precision: Precision): Tolerance => ({
  relative: 1000 * epsilon[precision],
  absolute: 1000 * epsilon[precision],
});

/** ε of dual coordinate descent in tests of its solution, far below what P and D are then compared to. */
export const tightDescent = 1e-9;
/** (P − D) / P after that. */
export const dualityGap = 1e-7;
/** Objectives and weights of solvers that stop by rules of their own. */
export const svmAgreement: Tolerance = { relative: 1e-6, absolute: 1e-9 };
/** P of the squared hinge at the default ε = 0.01 over the least P, relative: what is asked of a fast solution. */
export const looseObjective = 1e-3;
