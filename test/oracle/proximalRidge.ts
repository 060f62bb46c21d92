import { type Matrix, matrix, type Tensor } from '../../src/algebra/tensor.ts';
import { eliminate } from './elimination.ts';

/** [V 1]. */
export function withOnes({ shape: [n, d], data }: Matrix): Matrix {
  const wide = Float64Array.from({ length: n * (d + 1) }, (_, k) =>
    k % (d + 1) === d ? 1 : data[Math.floor(k / (d + 1)) * d + (k % (d + 1))]!,
  );
  return matrix(n, d + 1, wide);
}

/** (W, b)ᵀ `[d + 1, r]` with ([V 1]ᵀ[V 1] + c I)(W, b)ᵀ = [V 1]ᵀE, by elimination. */
export function proximalRidge(V: Matrix, E: Tensor, c: number): Matrix {
  const wide = withOnes(V);
  const [n, d] = wide.shape;
  const r = E.shape[1]!;
  /** Σ over samples of column j of [V 1] times a number of each sample. */
  const along = (j: number, of: (i: number) => number): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += wide.data[i * d + j]! * of(i);
    return sum;
  };
  const gram = Float64Array.from({ length: d * d }, (_, k) => {
    const [row, column] = [Math.floor(k / d), k % d];
    return along(row, (i) => wide.data[i * d + column]!) + (row === column ? c : 0);
  });
  const right = Float64Array.from({ length: d * r }, (_, k) =>
    along(Math.floor(k / r), (i) => E.data[i * r + (k % r)]!),
  );
  return eliminate(matrix(d, d, gram), matrix(d, r, right));
}
