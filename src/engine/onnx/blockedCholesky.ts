import {
  type Expression,
  NotPositiveDefinite,
  type Program,
  type Shape,
  type SpdFactor,
} from '../../algebra/engine.ts';
import type { Ops } from '../../algebra/ops.ts';
import { type Matrix, matrix, rowsOf } from '../../algebra/tensor.ts';

/** Rows of a block: large enough for fast products, small enough that its scalar factorisation is cheap. */
const blockSize = 128;

type Formula = readonly [
  inputs: Readonly<Record<string, Shape>>,
  build: <T>(o: Ops<T>, x: Readonly<Record<string, T>>) => T,
];

const formulas: Readonly<Record<string, Formula>> = {
  'A - B C^T': [
    { a: ['m', 'w'], b: ['m', 'k'], c: ['w', 'k'] },
    (o, x) => o.product(x.b!, x.c!, { transposeB: true, scale: -1, plus: x.a! }),
  ],
  'A B^T': [{ a: ['m', 'k'], b: ['k', 'k'] }, (o, x) => o.product(x.a!, x.b!, { transposeB: true })],
  'C - A B': [
    { a: ['m', 'k'], b: ['k', 'r'], c: ['m', 'r'] },
    (o, x) => o.product(x.a!, x.b!, { scale: -1, plus: x.c! }),
  ],
  'C - A^T B': [
    { a: ['k', 'm'], b: ['k', 'r'], c: ['m', 'r'] },
    (o, x) => o.product(x.a!, x.b!, { transposeA: true, scale: -1, plus: x.c! }),
  ],
  'A B': [{ a: ['k', 'k'], b: ['k', 'r'] }, (o, x) => o.product(x.a!, x.b!)],
  'A^T B': [{ a: ['k', 'k'], b: ['k', 'r'] }, (o, x) => o.product(x.a!, x.b!, { transposeA: true })],
};

/** Float64 products of blocks, compiled once and used by every factorisation. */
export type BlockProducts = (
  formula: string,
  inputs: Readonly<Record<string, Matrix>>,
  out: Matrix,
) => Promise<void>;

export async function blockProducts(
  compile: (expression: Expression) => Promise<Program>,
): Promise<BlockProducts> {
  const programs = new Map<string, Program>();
  for (const [name, [inputs, build]] of Object.entries(formulas))
    programs.set(name, await compile({ name, inputs, build: (o, x) => ({ out: build(o, x) }) }));
  return (formula, inputs, out) => programs.get(formula)!.run(inputs, { out });
}

interface BlockColumn {
  readonly start: number;
  readonly end: number;
  /** L_jj⁻¹, lower triangular, `[w, w]`. */
  readonly inverse: Matrix;
  /** The part of L below the diagonal block, `[d − end, w]`. */
  readonly below: Matrix;
  /** The part of L left of the diagonal block, `[w, start]`. */
  readonly left: Matrix;
}

/**
 * A = L Lᵀ by block columns (right-looking), in float64; what lies above the diagonal blocks is neither stored nor computed. Only
 * diagonal blocks are factored and inverted by scalar code; all other work is products. Small triangular inverses are well
 * behaved: each is the inverse of a 128 x 128 factor.
 *
 * @param a `[d, d]` symmetric; the lower triangle is read.
 * @throws NotPositiveDefinite when a pivot is not positive.
 */
export async function blockedCholesky(a: Matrix, products: BlockProducts): Promise<SpdFactor> {
  const d = a.shape[0];
  const ranges = Array.from({ length: Math.ceil(d / blockSize) }, (_, k) => ({
    start: k * blockSize,
    end: Math.min(d, (k + 1) * blockSize),
  }));
  /** What is left to factor, from the diagonal block down, `[d − start, w]`. */
  const rest = ranges.map(({ start, end }) => part(a, start, d, start, end));
  const room = new Float64Array(d * Math.min(d, blockSize));
  const columns: BlockColumn[] = [];
  for (const [k, { start, end }] of ranges.entries()) {
    const [height, width] = rest[k]!.shape;
    const diagonal = choleskyInPlace(rowsOf(rest[k]!, 0, width), start);
    const inverse = lowerInverse(diagonal);
    const below = empty(height - width, width);
    if (end < d) await products('A B^T', { a: rowsOf(rest[k]!, width, height), b: inverse }, below);
    for (const [i, later] of ranges.slice(k + 1).entries()) {
      const target = rest[k + 1 + i]!;
      const out = matrix(...target.shape, room.subarray(0, target.data.length));
      const [from, to] = [later.start - end, later.end - end];
      const [b, c] = [rowsOf(below, from, below.shape[0]), rowsOf(below, from, to)];
      await products('A - B C^T', { a: target, b, c }, out);
      target.data.set(out.data);
    }
    columns.push({ start, end, inverse, below, left: empty(width, start) });
  }
  for (const column of columns)
    for (const earlier of columns) {
      if (earlier.start >= column.start) break;
      const source = rowsOf(earlier.below, column.start - earlier.end, column.end - earlier.end);
      paste(source, column.left, earlier.start);
    }
  return { solve: (b) => solve(columns, b, products) };
}

async function solve(
  columns: readonly BlockColumn[],
  b: Matrix,
  products: BlockProducts,
): Promise<Matrix & { readonly data: Float64Array }> {
  const [d, width] = b.shape;
  const data = new Float64Array(b.data);
  const x = { shape: [d, width] as const, data };
  for (const { start, end, inverse, left } of columns) {
    const rows = rowsOf(x, start, end);
    const right = start === 0 ? copy(rows) : empty(end - start, width);
    if (start > 0) await products('C - A B', { a: left, b: rowsOf(x, 0, start), c: rows }, right);
    await products('A B', { a: inverse, b: right }, rows);
  }
  for (const { start, end, inverse, below } of columns.toReversed()) {
    const rows = rowsOf(x, start, end);
    const right = end === d ? copy(rows) : empty(end - start, width);
    if (end < d) await products('C - A^T B', { a: below, b: rowsOf(x, end, d), c: rows }, right);
    await products('A^T B', { a: inverse, b: right }, rows);
  }
  return x;
}

function choleskyInPlace(a: Matrix, offset: number): Matrix {
  const d = a.shape[0];
  const l = a.data;
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = l[i * d + j]!;
      for (let k = 0; k < j; k++) rest -= l[i * d + k]! * l[j * d + k]!;
      if (i === j && !(rest > 0)) throw new NotPositiveDefinite(`pivot ${offset + i} is ${rest}`);
      l[i * d + j] = i === j ? Math.sqrt(rest) : rest / l[j * d + j]!;
    }
    l.fill(0, i * d + i + 1, (i + 1) * d);
  }
  return a;
}

function lowerInverse(l: Matrix): Matrix {
  const d = l.shape[0];
  const inverse = empty(d, d);
  const x = inverse.data;
  for (let i = 0; i < d; i++) {
    const pivot = l.data[i * d + i]!;
    x[i * d + i] = 1 / pivot;
    for (let j = 0; j < i; j++) {
      let total = 0;
      for (let k = j; k < i; k++) total += l.data[i * d + k]! * x[k * d + j]!;
      x[i * d + j] = -total / pivot;
    }
  }
  return inverse;
}

function empty(rows: number, columns: number): Matrix {
  return matrix(rows, columns, new Float64Array(rows * columns));
}

function copy(a: Matrix): Matrix {
  return { shape: a.shape, data: a.data.slice() };
}

/** A contiguous copy of some rows and columns. */
function part(a: Matrix, fromRow: number, toRow: number, fromColumn: number, toColumn: number): Matrix {
  const out = empty(toRow - fromRow, toColumn - fromColumn);
  const [width, outWidth] = [a.shape[1], toColumn - fromColumn];
  for (let i = fromRow; i < toRow; i++)
    out.data.set(a.data.subarray(i * width + fromColumn, i * width + toColumn), (i - fromRow) * outWidth);
  return out;
}

/** Writes `source` into the columns of `target` that begin at `column`. */
function paste(source: Matrix, target: Matrix, column: number): void {
  const [rows, width] = source.shape;
  for (let i = 0; i < rows; i++)
    target.data.set(source.data.subarray(i * width, (i + 1) * width), i * target.shape[1] + column);
}
