import { afterAll, describe, expect, it } from 'vitest';
import { concrete, type Expression, type Shape } from '../../src/algebra/engine.ts';
import { chosen, type Ops, squaredNorms, totalOf } from '../../src/algebra/ops.ts';
import { epsilon } from '../../src/algebra/tensor.ts';
import { GraphBuilder } from '../../src/engine/onnx/graphOps.ts';
import { referenceOps } from '../../src/engine/reference/referenceOps.ts';
import { draw } from '../oracle/draw.ts';
import { expectAgreement } from './evaluate.ts';
import { onnx, precisions } from './onnxEngines.ts';

type Values<T> = Readonly<Record<string, T>>;

/** Operands of every shape that broadcasts with `[n, 4]`, and a square matrix. */
const operands: Readonly<Record<string, Shape>> = {
  full: ['n', 4],
  other: ['n', 4],
  row: [4],
  flatRow: [1, 4],
  column: ['n', 1],
  number: [],
  square: [4, 4],
  narrow: [4, 3],
};
const broadcasting = [
  ['full', 'other'],
  ['full', 'row'],
  ['row', 'full'],
  ['full', 'flatRow'],
  ['full', 'column'],
  ['column', 'full'],
  ['column', 'flatRow'],
  ['column', 'row'],
  ['number', 'full'],
  ['full', 'number'],
  ['number', 'number'],
  ['row', 'row'],
  ['full', 'full'],
] as const;

const elementwise = {
  add: <T>(o: Ops<T>, a: T, b: T) => o.add(a, b),
  sub: <T>(o: Ops<T>, a: T, b: T) => o.sub(a, b),
  mul: <T>(o: Ops<T>, a: T, b: T) => o.mul(a, b),
  // Away from zero, where no engine agrees with another.
  div: <T>(o: Ops<T>, a: T, b: T) => o.div(a, o.add(o.mul(b, b), o.scalar(0.5))),
  max: <T>(o: Ops<T>, a: T, b: T) => o.max(a, b),
  min: <T>(o: Ops<T>, a: T, b: T) => o.min(a, b),
  less: <T>(o: Ops<T>, a: T, b: T) => o.where(o.less(a, b), o.scalar(2), o.scalar(-3)),
  where: <T>(o: Ops<T>, a: T, b: T) => o.where(o.less(a, o.scalar(0.1)), b, a),
  indicator: <T>(o: Ops<T>, a: T, b: T) => o.indicator(o.less(a, b)),
  chosen: <T>(o: Ops<T>, a: T, b: T) => chosen(o, o.less(a, b), b, a),
};

const functions = {
  relu: <T>(o: Ops<T>, a: T) => o.relu(a),
  exp: <T>(o: Ops<T>, a: T) => o.exp(a),
  // Away from zero, where the logarithm magnifies what engines differ by.
  log: <T>(o: Ops<T>, a: T) => o.log(o.add(o.mul(a, a), o.scalar(0.5))),
  tanh: <T>(o: Ops<T>, a: T) => o.tanh(a),
  sqrt: <T>(o: Ops<T>, a: T) => o.sqrt(o.mul(a, a)),
  'sqrt of sums': <T>(o: Ops<T>, a: T) => o.sqrt(o.add(o.mul(a, a), o.scalar(0.5))),
};

const scales = [1, -1, 0.3, 2];
/** Addends of a product `[n, 4]`. */
const addends = [undefined, 'full', 'row', 'flatRow', 'column', 'number'] as const;

const expressions: readonly Expression[] = [
  ...Object.entries(elementwise).map(([name, operation]) =>
    expression(name, (o, x) =>
      Object.fromEntries(broadcasting.map(([a, b]) => [`${a}, ${b}`, operation(o, x[a]!, x[b]!)])),
    ),
  ),
  ...Object.entries(functions).map(([name, f]) =>
    expression(name, (o, x) =>
      Object.fromEntries(Object.keys(operands).map((a) => [`of ${a}`, f(o, x[a]!)])),
    ),
  ),
  expression('largest', (o, x) => ({
    'of a matrix': o.largest(x.full!),
    'of a square': o.largest(x.square!),
    'of a column': o.largest(x.column!),
  })),
  expression('column', (o, x) => ({
    alone: o.column(o.sum(x.full!, 1)),
    'beside its row': o.sub(x.full!, o.column(o.largest(x.full!))),
  })),
  expression('scalar', (o, x) => ({
    'with a matrix': o.mul(o.scalar(0.1), x.full!),
    alone: o.scalar(-1.5),
    negative: o.add(o.scalar(-0.7), x.row!),
  })),
  expression('product', (o, x) =>
    Object.fromEntries([
      ...scales.flatMap((scale) =>
        addends.map((plus) => [
          `scale ${scale} plus ${plus}`,
          o.product(x.full!, x.square!, { scale, ...(plus === undefined ? {} : { plus: x[plus]! }) }),
        ]),
      ),
      ['a b', o.product(x.square!, x.narrow!)],
      ['a^T b', o.product(x.square!, x.narrow!, { transposeA: true })],
      ['a b^T', o.product(x.full!, x.square!, { transposeB: true })],
      ['a^T b^T', o.product(x.narrow!, x.square!, { transposeA: true, transposeB: true })],
      ['over samples', o.product(x.full!, x.other!, { transposeA: true, scale: 0.3 })],
      ['of samples', o.product(x.full!, x.full!, { transposeA: true })],
      [
        'scaled and transposed',
        o.product(x.narrow!, x.full!, { transposeA: true, transposeB: true, scale: 0.7 }),
      ],
    ]),
  ),
  expression('identity', (o, x) => ({
    alone: o.identity(x.square!),
    'in a sum': o.add(x.square!, o.identity(x.square!)),
    'of a product over samples': o.identity(o.product(x.full!, x.full!, { transposeB: true })),
  })),
  expression('transpose', (o, x) => ({
    'of samples': o.transpose(x.full!),
    'of a square': o.transpose(x.square!),
    'of a column': o.transpose(x.column!),
    'twice in a product': o.product(o.transpose(x.narrow!), o.transpose(x.square!)),
  })),
  expression('sum', (o, x) => ({
    'over rows': o.sum(x.full!, 0),
    'within rows': o.sum(x.full!, 1),
    'of a square over rows': o.sum(x.square!, 0),
    'of a square within rows': o.sum(x.square!, 1),
    'of a column': o.sum(x.column!, 0),
    'of a flat row': o.sum(x.flatRow!, 1),
  })),
  expression('rows', (o, x) => ({
    first: o.rows(x.square!, 0, 2),
    last: o.rows(x.square!, 2, 4),
    one: o.rows(x.narrow!, 1, 2),
    'of a transposed matrix': o.rows(o.transpose(x.full!), 1, 3),
  })),
  expression('columns', (o, x) => ({
    first: o.columns(x.full!, 0, 2),
    last: o.columns(x.full!, 2, 4),
    one: o.columns(x.square!, 1, 2),
    all: o.columns(x.full!, 0, 4),
  })),
  expression('concat', (o, x) => ({
    two: o.concat([x.full!, x.other!]),
    'one twice': o.concat([x.full!, x.column!, x.full!]),
    alone: o.concat([x.narrow!]),
    'in a product': o.product(o.concat([x.full!, x.other!]), o.concat([x.square!, x.square!]), {
      transposeB: true,
    }),
  })),
  expression('iterate', (o, x) => ({
    // 8 halvings take any of the numbers below 1: the rounds end before the most that are allowed.
    'until small': iterated(o, x.full!, x.row!, 40),
    'most rounds': iterated(o, x.full!, x.row!, 2),
    'no round': iterated(o, x.full!, x.row!, 0),
    'one in another': o.iterate([x.full!], 3, (outer, [a]) => ({
      values: [outer.add(iterated(outer, a!, x.row!, 2), o.name(x.other!, 'from outside'))],
      again: outer.less(outer.scalar(0), totalOf(outer, squaredNorms(outer, a!))),
    }))[0]!,
    // A result of the outer round that is there before the inner rounds, whose results have the same places.
    'after a result': o.iterate([x.full!, x.other!], 3, (outer, [a, b]) => {
      const first = outer.add(a!, x.row!);
      return {
        values: [first, outer.add(b!, iterated(outer, first, x.row!, 2))],
        again: outer.less(outer.scalar(0), totalOf(outer, squaredNorms(outer, first))),
      };
    })[1]!,
  })),
  expression('name', (o, x) => ({
    value: o.name(o.add(x.full!, x.row!), 'a sum'),
    used: o.mul(o.name(o.add(x.full!, x.row!), 'another sum'), x.other!),
    input: o.name(x.full!, 'renamed'),
    'as an input': o.name(o.sub(x.full!, x.row!), 'other'),
  })),
];

/** a ← a/2 and a shift by a value from outside, while Σ a² is large. */
function iterated<T>(o: Ops<T>, a: T, row: T, most: number): T {
  const [half] = o.iterate([a, row], most, (inner, [value, shift]) => {
    const next = inner.mul(inner.scalar(0.5), value!);
    return {
      values: [inner.add(next, inner.mul(inner.scalar(1e-3), row)), shift!],
      again: inner.less(inner.scalar(1e-2), totalOf(inner, squaredNorms(inner, next))),
    };
  });
  return half!;
}

describe.each(precisions)('every operation in %s ONNX gives what the reference gives', (precision) => {
  const engine = onnx(precision);
  afterAll(() => engine.dispose());

  it.each(expressions)('$name', async (one) => {
    for (const n of [1, 2, 7]) {
      const random = draw(n);
      const inputs = Object.entries(one.inputs).map(([name, shape]) => [
        name,
        random.tensor(concrete(shape, n)),
      ]);
      await expectAgreement(engine, one, Object.fromEntries(inputs), n);
    }
  });
});

it('tells an expression the spacing of its numbers', () => {
  for (const precision of precisions) expect(new GraphBuilder(precision).epsilon).toBe(epsilon[precision]);
  expect(referenceOps.epsilon).toBe(epsilon.float64);
});

it('takes the root of squares, of 0 and of infinity as it is', () => {
  const squares = { shape: [4], data: Float64Array.of(0, 2.25, 1e-300, Number.POSITIVE_INFINITY) };
  expect([...referenceOps.sqrt(squares).data]).toEqual([0, 1.5, 1e-150, Number.POSITIVE_INFINITY]);
});

function expression(name: string, build: <T>(o: Ops<T>, x: Values<T>) => Record<string, T>): Expression {
  return { name, inputs: operands, build };
}
