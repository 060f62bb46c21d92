import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { normals } from '../../src/algebra/random.ts';
import { type Matrix, matrix, sizeOf, type Tensor } from '../../src/algebra/tensor.ts';

/** Random test data; the same seed draws the same. All normal numbers are exact in float32, so no engine rounds them. */
export interface Draw {
  normal(): number;
  /** In [from, to). */
  uniform(from: number, to: number): number;
  pick<T>(list: readonly T[]): T;
  tensor(shape: readonly number[]): Tensor;
  matrix(rows: number, columns: number): Matrix;
  shuffle<T>(list: readonly T[]): T[];
}

export function draw(seed: number): Draw {
  const standard = normals(seed);
  const generator = xoroshiro128plus(seed);
  const normal = (): number => Math.fround(standard());
  const uniform = (from: number, to: number): number => from + (to - from) * uniformFloat64(generator);
  const numbers = (length: number): Float64Array => Float64Array.from({ length }, normal);
  return {
    normal,
    uniform,
    pick: (list) => list[Math.floor(uniform(0, list.length))]!,
    tensor: (shape) => ({ shape, data: numbers(sizeOf(shape)) }),
    matrix: (rows, columns) => matrix(rows, columns, numbers(rows * columns)),
    shuffle: (list) =>
      list
        .map((item) => ({ item, key: uniform(0, 1) }))
        .sort((a, b) => a.key - b.key)
        .map(({ item }) => item),
  };
}
