import type { Shape } from '../../src/algebra/engine.ts';
import type { Ops } from '../../src/algebra/ops.ts';
import type { Differentiable } from '../../src/baselines/reverse.ts';
import type { Tolerance } from '../tolerance.ts';

/** Truncation, h² ≈ 6e-11, and rounding, eps/h ≈ 3e-11, of a central difference, each times numbers of size a thousand. */
export const centralError: Tolerance = { relative: 1e-7, absolute: 1e-7 };

/** Operands of every shape that broadcasts with `[n, 4]`, and factors of products. */
export const operands: Readonly<Record<string, Shape>> = {
  full: ['n', 4],
  other: ['n', 4],
  row: [4],
  flatRow: [1, 4],
  column: ['n', 1],
  one: [1],
  flatOne: [1, 1],
  number: [],
  square: [4, 4],
  narrow: [4, 3],
};

const broadcasting = [
  ['full', 'other'],
  ['full', 'row'],
  ['full', 'flatRow'],
  ['full', 'column'],
  ['full', 'one'],
  ['full', 'flatOne'],
  ['full', 'number'],
  ['column', 'flatRow'],
  ['column', 'row'],
  ['row', 'one'],
  ['row', 'number'],
  ['row', 'flatRow'],
  ['number', 'number'],
  ['number', 'flatOne'],
  ['full', 'full'],
] as const;

const elementwise = {
  add: <T>(o: Ops<T>, a: T, b: T) => o.add(a, b),
  sub: <T>(o: Ops<T>, a: T, b: T) => o.sub(a, b),
  mul: <T>(o: Ops<T>, a: T, b: T) => o.mul(a, b),
  div: <T>(o: Ops<T>, a: T, b: T) => o.div(a, o.add(o.mul(b, b), o.scalar(0.5))),
  max: <T>(o: Ops<T>, a: T, b: T) => o.max(a, b),
  min: <T>(o: Ops<T>, a: T, b: T) => o.min(a, b),
  where: <T>(o: Ops<T>, a: T, b: T) => o.where(o.less(a, o.scalar(0.1)), b, o.mul(a, b)),
};

const functions = {
  relu: <T>(o: Ops<T>, a: T) => o.relu(a),
  exp: <T>(o: Ops<T>, a: T) => o.exp(a),
  log: <T>(o: Ops<T>, a: T) => o.log(o.add(o.mul(a, a), o.scalar(0.5))),
  tanh: <T>(o: Ops<T>, a: T) => o.tanh(a),
  sqrt: <T>(o: Ops<T>, a: T) => o.sqrt(o.add(o.mul(a, a), o.scalar(0.5))),
  name: <T>(o: Ops<T>, a: T) => o.name(o.mul(a, a), 'a square'),
  constant: <T>(o: Ops<T>, a: T) => o.add(o.scalar(2), o.mul(o.scalar(0), a)),
  // The same value on several ways.
  shared: <T>(o: Ops<T>, a: T) => o.mul(o.exp(a), o.add(a, o.tanh(a))),
};

type Values<T> = Readonly<Record<string, T>>;

const structured = {
  'sum over rows': <T>(o: Ops<T>, x: Values<T>) => o.sum(x.full!, 0),
  'sum over rows, beside them': <T>(o: Ops<T>, x: Values<T>) =>
    o.sub(x.full!, o.sum(o.mul(x.full!, x.other!), 0)),
  'sum within rows': <T>(o: Ops<T>, x: Values<T>) => o.sum(x.full!, 1),
  'sums of a flat row': <T>(o: Ops<T>, x: Values<T>) => o.add(o.sum(x.flatRow!, 0), o.sum(x.flatRow!, 1)),
  'sums of a column': <T>(o: Ops<T>, x: Values<T>) => o.add(o.sum(x.column!, 0), o.sum(x.column!, 1)),
  'a column beside its rows': <T>(o: Ops<T>, x: Values<T>) =>
    o.div(x.full!, o.column(o.sum(o.exp(x.full!), 1))),
  'a column of a row': <T>(o: Ops<T>, x: Values<T>) => o.mul(o.column(x.row!), x.square!),
  largest: <T>(o: Ops<T>, x: Values<T>) => o.largest(x.full!),
  'largest of columns': <T>(o: Ops<T>, x: Values<T>) =>
    o.add(o.largest(x.column!), o.largest(o.mul(x.full!, x.column!))),
  'largest beside its row': <T>(o: Ops<T>, x: Values<T>) =>
    o.exp(o.sub(x.full!, o.column(o.largest(x.full!)))),
  'a b': <T>(o: Ops<T>, x: Values<T>) => o.product(x.full!, x.square!),
  'a b, scaled': <T>(o: Ops<T>, x: Values<T>) => o.product(x.square!, x.narrow!, { scale: 0.3 }),
  'a^T b': <T>(o: Ops<T>, x: Values<T>) => o.product(x.square!, x.narrow!, { transposeA: true, scale: 0.7 }),
  'a b^T': <T>(o: Ops<T>, x: Values<T>) => o.product(x.full!, x.square!, { transposeB: true, scale: -1.5 }),
  'a^T b^T': <T>(o: Ops<T>, x: Values<T>) =>
    o.product(x.narrow!, x.square!, { transposeA: true, transposeB: true, scale: 0.7 }),
  'a product over samples': <T>(o: Ops<T>, x: Values<T>) =>
    o.product(x.full!, x.other!, { transposeA: true }),
  'a matrix with itself': <T>(o: Ops<T>, x: Values<T>) => o.product(x.full!, x.full!, { transposeA: true }),
  ...Object.fromEntries(
    ['other', 'row', 'flatRow', 'column', 'one', 'number'].map((plus) => [
      `a b plus ${plus}`,
      <T>(o: Ops<T>, x: Values<T>) => o.product(x.full!, x.square!, { scale: 0.3, plus: x[plus]! }),
    ]),
  ),
  concat: <T>(o: Ops<T>, x: Values<T>) => o.concat([x.full!, o.mul(x.full!, x.other!), x.column!]),
  transpose: <T>(o: Ops<T>, x: Values<T>) => o.product(o.transpose(x.full!), x.other!),
  'sums of a transpose': <T>(o: Ops<T>, x: Values<T>) => o.sum(o.transpose(x.full!), 1),
  'sums of a product': <T>(o: Ops<T>, x: Values<T>) => o.sum(o.product(x.full!, x.narrow!), 1),
};

export interface NamedExpression {
  readonly name: string;
  readonly f: Differentiable;
}

/** Every operation in every way of broadcasting; each is squared, so that the adjoint that comes to it varies. */
export const expressionGroups: readonly {
  readonly name: string;
  readonly members: readonly NamedExpression[];
}[] = [
  ...Object.entries(elementwise).map(([name, f]) => ({
    name,
    members: broadcasting.flatMap(([a, b]) => [
      squared(`${name} of ${a} and ${b}`, (o, x) => f(o, x[a]!, x[b]!)),
      squared(`${name} of ${b} and ${a}`, (o, x) => f(o, x[b]!, x[a]!)),
    ]),
  })),
  ...Object.entries(functions).map(([name, f]) => ({
    name,
    members: Object.keys(operands).map((a) => squared(`${name} of ${a}`, (o, x) => f(o, x[a]!))),
  })),
  { name: 'structured', members: Object.entries(structured).map(([name, f]) => squared(name, f)) },
];

export const expressions: readonly NamedExpression[] = expressionGroups.flatMap(({ members }) => members);

function squared(name: string, f: Differentiable): NamedExpression {
  return {
    name,
    f(o, x) {
      const value = f(o, x);
      return o.mul(value, value);
    },
  };
}
