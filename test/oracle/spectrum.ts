import { type Matrix, matrix } from '../../src/algebra/tensor.ts';
import { draw } from './draw.ts';

/** A symmetric matrix with these eigenvalues: two random reflections H on both sides, H G diag(λ) G H. */
export function withSpectrum(eigenvalues: readonly number[], seed: number): Matrix {
  const d = eigenvalues.length;
  const random = draw(seed);
  let a = eigenvalues.map((value, i) => eigenvalues.map((_, j) => (i === j ? value : 0)));
  for (let reflection = 0; reflection < 2; reflection++) {
    const v = eigenvalues.map(() => random.normal());
    const square = v.reduce((sum, x) => sum + x ** 2, 0);
    const reflected = (row: readonly number[]): number[] => {
      const along = row.reduce((sum, x, j) => sum + x * v[j]!, 0);
      return row.map((x, j) => x - (2 * along * v[j]!) / square);
    };
    const turned = (rows: number[][]): number[][] => rows.map((_, i) => rows.map((row) => row[i]!));
    a = turned(turned(a.map(reflected)).map(reflected));
  }
  return matrix(d, d, Float64Array.from(a.flat()));
}
