/**
 * The tensor operations in which every formula of the project is written once. An interpreter gives them a meaning:
 * `engine/reference` computes at once in float64, `engine/onnx` records a graph.
 *
 * Values have rank 0, 1 or 2 and broadcast as in NumPy: a vector `[d]` is a row, added to every sample of `[n, d]`.
 * A mask is the result of a comparison and is only good for `where` and `indicator`.
 */
export interface Ops<T> {
  /** Relative spacing of the numbers: how far an iteration is worth carrying. */
  readonly epsilon: number;
  scalar(value: number): T;
  /** The identity matrix of the shape of a square one. */
  identity(like: T): T;
  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  mul(a: T, b: T): T;
  div(a: T, b: T): T;
  max(a: T, b: T): T;
  min(a: T, b: T): T;
  /** max(0, a). */
  relu(a: T): T;
  exp(a: T): T;
  /** Natural logarithm; −∞ at 0. */
  log(a: T): T;
  tanh(a: T): T;
  /** Square root of a number that is not negative. */
  sqrt(a: T): T;
  /** a < b as a mask. */
  less(a: T, b: T): T;
  /** a where the mask is true, else b. */
  where(mask: T, a: T, b: T): T;
  /** 1 where the mask is true, else 0. */
  indicator(mask: T): T;
  /** scale · op(a) op(b) + plus, where op transposes on request. `plus` broadcasts to the product. */
  product(a: T, b: T, options?: ProductOptions<T>): T;
  transpose(a: T): T;
  /** Sum over the rows (axis 0: `[n, d]` to `[d]`) or within each row (axis 1: `[n, d]` to `[n]`). */
  sum(a: T, axis: 0 | 1): T;
  /** The largest element of each row, `[n, d]` to `[n]`. */
  largest(a: T): T;
  /** One number a sample as a column, `[n]` to `[n, 1]`, which broadcasts over the row of its sample. */
  column(a: T): T;
  /** Rows `from` (inclusive) to `to` (exclusive) of a matrix. */
  rows(a: T, from: number, to: number): T;
  /** Columns `from` (inclusive) to `to` (exclusive) of a matrix. */
  columns(a: T, from: number, to: number): T;
  /** Matrices of as many rows side by side, `[n, d]` and `[n, e]` to `[n, d + e]`. */
  concat(parts: readonly T[]): T;
  /**
   * The values after as many rounds as `most`, or as many as leave `again` true; shapes stay what they are. A round is written
   * with the operations that it is given, and may use values from outside.
   */
  iterate(start: readonly T[], most: number, round: (inner: Ops<T>, values: readonly T[]) => Round<T>): T[];
  /** Gives the value the name under which a reader of the graph finds it. The value itself is unchanged. */
  name(a: T, name: string): T;
}

/** One round of an iteration. */
export interface Round<T> {
  readonly values: readonly T[];
  /** A mask of one element, rank 1: whether another round is needed. */
  readonly again: T;
}

export interface ProductOptions<T> {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  readonly scale?: number;
  readonly plus?: T;
}

/** |a|. */
export function absolute<T>(o: Ops<T>, a: T): T {
  return o.max(a, o.sub(o.scalar(0), a));
}

/** factor · a. */
export function scaled<T>(o: Ops<T>, factor: number, a: T): T {
  return factor === 1 ? a : o.mul(o.scalar(factor), a);
}

/** a where the mask is true, else b, of finite numbers: [mask] a + (1 − [mask]) b, which takes less time than a choice. */
export function chosen<T>(o: Ops<T>, mask: T, a: T, b: T): T {
  const share = o.indicator(mask);
  return o.add(o.mul(share, a), o.mul(o.sub(o.scalar(1), share), b));
}

/** Σ_j a_j of one number a sample, `[n]` to [1]. */
export function totalOf<T>(o: Ops<T>, a: T): T {
  return o.sum(o.column(a), 0);
}

/** Σ_j a_ij² for each row i. */
export function squaredNorms<T>(o: Ops<T>, a: T): T {
  return o.sum(o.mul(a, a), 1);
}

/** ‖(A_1, A_2, …)‖ of each sample, `[n]`. */
export function normOf<T>(o: Ops<T>, parts: readonly T[]): T {
  return o.sqrt(parts.map((part) => squaredNorms(o, part)).reduce((a, b) => o.add(a, b)));
}

/** `values`, and 0 where `like` is 0. */
export function withZerosOf<T>(o: Ops<T>, like: T, values: T): T {
  const zero = o.scalar(0);
  return o.where(o.less(zero, absolute(o, like)), values, zero);
}
