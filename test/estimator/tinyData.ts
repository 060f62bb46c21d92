import { matrix } from '../../src/algebra/tensor.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { oneHot } from '../../src/data/oneHot.ts';
import { draw } from '../oracle/draw.ts';

/** Two classes that no line separates: the signs of two numbers are equal or not. */
export function signs(n: number, seed: number): Dataset {
  const random = draw(seed);
  const rows = Array.from({ length: n }, () => [random.uniform(-1, 1), random.uniform(-1, 1)] as const);
  return {
    inputs: matrix(n, 2, Float32Array.from(rows.flat())),
    targets: oneHot(
      rows.map(([a, b]) => (a * b > 0 ? 1 : 0)),
      2,
    ),
    task: 'classification',
    outputs: ['different', 'equal'],
    features: ['a', 'b'],
    kind: 'table',
  };
}

/** A target in thousands with a corner, of columns of different sizes. */
export function corner(n: number, seed: number): Dataset {
  const random = draw(seed);
  const rows = Array.from({ length: n }, () => [random.uniform(-2, 2), random.uniform(0, 100)] as const);
  return {
    inputs: matrix(n, 2, Float32Array.from(rows.flat())),
    targets: matrix(
      n,
      1,
      Float32Array.from(rows, ([a, b]) => 1000 + 50 * Math.abs(a) + b),
    ),
    task: 'regression',
    outputs: ['height'],
    features: ['a', 'b'],
    kind: 'table',
  };
}
