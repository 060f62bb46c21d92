import type { Ops } from '../../algebra/ops.ts';

/** Keeps 0/0 out of rows that are solved already, such as those of units that no sample of the batch uses. */
const tiny = 1e-30;

/**
 * X A = B for a symmetric positive definite A, every row of B for itself, by the method of conjugate gradients (Hestenes and
 * Stiefel 1952) from X = 0. After k steps the error in the norm of A is at most 2 ((√κ − 1)/(√κ + 1))^k of that of the start, κ the
 * condition number of A. In exact arithmetic an eigenvalue apart from all others costs one step only.
 *
 * @param apply D ↦ D A.
 */
export function conjugateGradients<T>(o: Ops<T>, apply: (d: T) => T, B: T, steps: number): T {
  const inner = (a: T, b: T): T => o.column(o.sum(o.mul(a, b), 1));
  const ratio = (a: T, b: T): T => o.div(a, o.max(b, o.scalar(tiny)));
  let R = B;
  let D = B;
  let square = inner(R, R);
  let X: T | undefined;
  for (let k = 1; ; k++) {
    const DA = apply(D);
    const length = ratio(square, inner(D, DA));
    const move = o.mul(length, D);
    X = X === undefined ? move : o.add(X, move);
    if (k === steps) return X;
    R = o.sub(R, o.mul(length, DA));
    const next = inner(R, R);
    D = o.add(R, o.mul(ratio(next, square), D));
    square = next;
  }
}
