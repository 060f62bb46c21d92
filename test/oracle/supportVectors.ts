import { type Matrix, matrix } from '../../src/algebra/tensor.ts';
import type { HingeLoss } from '../../src/classify/dualCoordinateDescent.ts';
import { eliminate } from './elimination.ts';
import { withOnes } from './proximalRidge.ts';

/** P(w̃) = ½‖w̃‖² + C Σ ξ(y_i ⟨w̃, x̃_i⟩), x̃ = (x, 1). */
export function svmObjective(
  X: Matrix,
  signs: ArrayLike<number>,
  loss: HingeLoss,
  C: number,
  w: ArrayLike<number>,
): number {
  const rows = signedRows(X, signs);
  const errors = rows.map((row) => Math.max(0, 1 - dot(row, w)));
  return dot(w, w) / 2 + C * errors.reduce((sum, e) => sum + (loss === 'hinge' ? e : e * e), 0);
}

/** The least P of the squared hinge by Newton's method on its smooth pieces, each step halved until P falls. */
export function leastSquaredHinge(X: Matrix, signs: ArrayLike<number>, C: number): number {
  const rows = signedRows(X, signs);
  const d = X.shape[1] + 1;
  const value = (w: readonly number[]): number => svmObjective(X, signs, 'squaredHinge', C, w);
  let w = new Array<number>(d).fill(0);
  for (;;) {
    const violated = rows.filter((row) => dot(row, w) < 1);
    const gradient = w.map(
      (wj, j) => wj - 2 * C * violated.reduce((sum, row) => sum + (1 - dot(row, w)) * row[j]!, 0),
    );
    const hessian = Float64Array.from({ length: d * d }, (_, k) => {
      const [i, j] = [Math.floor(k / d), k % d];
      return (i === j ? 1 : 0) + 2 * C * violated.reduce((sum, row) => sum + row[i]! * row[j]!, 0);
    });
    const step = eliminate(matrix(d, d, hessian), matrix(d, 1, Float64Array.from(gradient))).data;
    let next = w;
    for (let length = 1; length > 1e-10; length /= 2) {
      next = w.map((wj, j) => wj - length * step[j]!);
      if (value(next) < value(w)) break;
    }
    if (!(value(next) < value(w))) return value(w);
    w = next;
  }
}

/** The largest D of the hinge by projected gradient ascent with the fixed step 1/trace(Q), accelerated and restarted (FISTA). */
export function largestHingeDual(X: Matrix, signs: ArrayLike<number>, C: number, steps: number): number {
  const rows = signedRows(X, signs);
  const sum = (alpha: readonly number[]): number[] =>
    rows[0]!.map((_, j) => alpha.reduce((total, a, i) => total + a * rows[i]![j]!, 0));
  const value = (alpha: readonly number[]): number => {
    const w = sum(alpha);
    return alpha.reduce((total, a) => total + a, 0) - dot(w, w) / 2;
  };
  const rate = 1 / rows.reduce((total, row) => total + dot(row, row), 0);
  let [alpha, ahead, momentum] = [rows.map(() => 0), rows.map(() => 0), 1];
  for (let k = 0; k < steps; k++) {
    const w = sum(ahead);
    const next = ahead.map((a, i) => Math.min(C, Math.max(0, a + rate * (1 - dot(rows[i]!, w)))));
    if (value(next) < value(alpha)) [ahead, momentum] = [alpha, 1];
    else {
      const grown = (1 + Math.sqrt(1 + 4 * momentum ** 2)) / 2;
      ahead = next.map((a, i) => a + ((momentum - 1) / grown) * (a - alpha[i]!));
      [alpha, momentum] = [next, grown];
    }
  }
  return value(alpha);
}

/** y_i (x_i, 1). */
function signedRows(X: Matrix, signs: ArrayLike<number>): number[][] {
  const { shape, data } = withOnes(X);
  return Array.from({ length: shape[0] }, (_, i) =>
    Array.from(data.subarray(i * shape[1], (i + 1) * shape[1]), (x) => signs[i]! * x),
  );
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}
