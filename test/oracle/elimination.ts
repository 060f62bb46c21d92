import { type Matrix, matrix } from '../../src/algebra/tensor.ts';

/** X with A X = B by Gaussian elimination with row pivoting: no Cholesky, no blocks, no symmetry. */
export function eliminate(a: Matrix, b: Matrix): Matrix {
  const [d, columns] = b.shape;
  const rows = Array.from({ length: d }, (_, i) => [
    ...a.data.subarray(i * d, (i + 1) * d),
    ...b.data.subarray(i * columns, (i + 1) * columns),
  ]);
  for (let k = 0; k < d; k++) {
    let pivot = k;
    for (let i = k; i < d; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    const head = rows[k]!;
    for (let i = 0; i < d; i++) {
      if (i === k) continue;
      const factor = rows[i]![k]! / head[k]!;
      rows[i] = rows[i]!.map((value, j) => value - factor * head[j]!);
    }
  }
  return matrix(
    d,
    columns,
    Float64Array.from(rows.flatMap((row, i) => row.slice(d).map((x) => x / row[i]!))),
  );
}
