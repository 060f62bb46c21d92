import type { Engine } from '../../algebra/engine.ts';
import { type Matrix, matrix } from '../../algebra/tensor.ts';

/**
 * (A_SS) x_S = c_S for each column c of `right`, x = 0 elsewhere: the system of a weight block over the rows that keep the zeros of W.
 * S are the inputs whose weight is not 0 and the bias; rows of one support share a factorisation.
 *
 * @param system A, `[d + 1, d + 1]`, the lower triangle.
 * @param right `[d + 1, rows of W]`.
 * @param W `[rows, d]`, the present weights.
 */
export async function solveOnSupports(
  engine: Engine,
  system: Matrix,
  right: Matrix,
  W: Matrix,
): Promise<Matrix> {
  const [rows, below] = W.shape;
  const order = below + 1;
  const groups = new Map<string, { readonly support: number[]; readonly rows: number[] }>();
  for (let k = 0; k < rows; k++) {
    const support: number[] = [];
    for (let j = 0; j < below; j++) if (W.data[k * below + j] !== 0) support.push(j);
    support.push(below);
    const key = support.join();
    const group = groups.get(key) ?? { support, rows: [] };
    group.rows.push(k);
    groups.set(key, group);
  }
  const solution = matrix(order, rows, new Float64Array(order * rows));
  for (const { support, rows: alike } of groups.values()) {
    const size = support.length;
    const part = matrix(size, size, new Float64Array(size * size));
    const sides = matrix(size, alike.length, new Float64Array(size * alike.length));
    for (const [a, i] of support.entries()) {
      for (let b = 0; b <= a; b++) part.data[a * size + b] = system.data[i * order + support[b]!]!;
      for (const [c, k] of alike.entries()) sides.data[a * alike.length + c] = right.data[i * rows + k]!;
    }
    const solved = await (await engine.factor(part)).solve(sides);
    for (const [a, i] of support.entries())
      for (const [c, k] of alike.entries()) solution.data[i * rows + k] = solved.data[a * alike.length + c]!;
  }
  return solution;
}
