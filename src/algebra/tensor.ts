/** Floating-point type of the states and of the products; solves are always float64. */
export type Precision = 'float32' | 'float64';
export type Floats = Float32Array | Float64Array;

/** A dense row-major array: `data.length` is the product of `shape`. A sample is a row. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Floats;
}

/** A tensor of rank 2, `[rows, columns]`. */
export interface Matrix extends Tensor {
  readonly shape: readonly [number, number];
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

export function floats(precision: Precision, length: number): Floats {
  return precision === 'float32' ? new Float32Array(length) : new Float64Array(length);
}

export function zeros(shape: readonly number[], precision: Precision = 'float64'): Tensor {
  return { shape, data: floats(precision, sizeOf(shape)) };
}

export function matrix(rows: number, columns: number, data: Floats): Matrix {
  if (data.length !== rows * columns)
    throw new RangeError(`a ${rows} x ${columns} matrix needs ${rows * columns} numbers, not ${data.length}`);
  return { shape: [rows, columns], data };
}

export function vector(data: Floats): Tensor {
  return { shape: [data.length], data };
}

export function precisionOf(tensor: Tensor): Precision {
  return tensor.data instanceof Float32Array ? 'float32' : 'float64';
}

/** The same numbers in another precision; the tensor itself when it already has it. */
export function toPrecision<T extends Tensor>(tensor: T, precision: Precision): T {
  if (precisionOf(tensor) === precision) return tensor;
  const data = precision === 'float32' ? new Float32Array(tensor.data) : Float64Array.from(tensor.data);
  return { ...tensor, data };
}

/** Rows `start` (inclusive) to `end` (exclusive), a view on the same memory. */
export function rowsOf(tensor: Matrix, start: number, end: number): Matrix {
  const columns = tensor.shape[1];
  return { shape: [end - start, columns], data: tensor.data.subarray(start * columns, end * columns) };
}

/** Copies the picked rows of a matrix under each other. */
export function copyRows({ shape: [, columns], data }: Matrix, picked: Uint32Array, into: Floats): void {
  for (const [k, row] of picked.entries())
    into.set(data.subarray(row * columns, (row + 1) * columns), k * columns);
}

/** Σ x², in float64. */
export function squaredNorm({ data }: Tensor): number {
  let total = 0;
  for (let i = 0; i < data.length; i++) total += data[i]! ** 2;
  return total;
}

/** Σ (a − b)², in float64. */
export function squaredDistance(a: Tensor, b: Tensor): number {
  let total = 0;
  for (let i = 0; i < a.data.length; i++) total += (a.data[i]! - b.data[i]!) ** 2;
  return total;
}

/** The transpose, in float64. */
export function transpose(a: Matrix): Matrix {
  const [rows, columns] = a.shape;
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) data[j * rows + i] = a.data[i * columns + j]!;
  return matrix(columns, rows, data);
}

/** Relative spacing of the numbers of a precision. */
export const epsilon: Readonly<Record<Precision, number>> = { float32: 2 ** -23, float64: 2 ** -52 };
