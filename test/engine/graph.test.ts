import { afterAll, describe, expect, it } from 'vitest';
import type { Expression } from '../../src/algebra/engine.ts';
import type { Ops } from '../../src/algebra/ops.ts';
import { graphOf } from '../../src/engine/onnx/onnxEngine.ts';
import { decodeModel } from '../../src/engine/onnx/schema.ts';
import { draw } from '../oracle/draw.ts';
import { expectAgreement } from './evaluate.ts';
import { onnx, precisions } from './onnxEngines.ts';

const inputs = { a: ['n', 3], b: [3, 3] } as const;

function expression(build: <T>(o: Ops<T>, a: T, b: T) => Record<string, T>): Expression {
  return { name: 'example', inputs, build: (o, x) => build(o, x.a!, x.b!) };
}

function nodes(one: Expression): string[] {
  return decodeModel(graphOf(one, 'float64').bytes).graph.node.map(({ opType }) => opType);
}

const repeated = expression((o, a, b) => {
  const gap = <T extends typeof a>(factor: number): T =>
    o.sub(o.product(a, b, { transposeB: true }), o.mul(o.scalar(factor), a)) as T;
  return { one: o.relu(gap(2)), two: o.sum(o.relu(gap(2)), 1), three: o.mul(gap(2), gap(2)) };
});

/** Pairs that differ in one detail only. */
const distinct = expression((o, a, b) => ({
  plain: o.product(b, b),
  left: o.product(b, b, { transposeA: true }),
  right: o.product(b, b, { transposeB: true }),
  twice: o.product(b, b, { scale: 2 }),
  plus: o.product(b, b, { plus: b }),
  'sum 0': o.sum(b, 0),
  'sum 1': o.sum(b, 1),
  'columns 0': o.columns(a, 0, 2),
  'columns 1': o.columns(a, 1, 3),
  'a - b': o.sub(o.columns(a, 0, 1), o.columns(a, 1, 2)),
  'b - a': o.sub(o.columns(a, 1, 2), o.columns(a, 0, 1)),
  max: o.max(a, o.scalar(0.1)),
  min: o.min(a, o.scalar(0.1)),
  'max of another': o.max(a, o.scalar(0.10000000000000002)),
  minus: o.max(a, o.scalar(-0.1)),
}));

/** Outputs that are inputs, constants or each other. */
const aliases = expression((o, a, b) => {
  const twice = o.add(a, a);
  return {
    'an input': a,
    'the same input': a,
    'another input': b,
    value: twice,
    'the same value': twice,
    'the same expression': o.add(a, a),
    'used further': o.relu(twice),
    constant: o.scalar(3),
    'the same constant': o.scalar(3),
  };
});

describe('a graph', () => {
  it('records equal expressions once', () => {
    expect(nodes(repeated).sort()).toEqual(['Gemm', 'Mul', 'Mul', 'ReduceSum', 'Relu', 'Sub']);
  });

  it('records expressions that differ in a detail apart', () => {
    expect(nodes(distinct).filter((type) => type === 'Gemm')).toHaveLength(5);
    expect(nodes(distinct).filter((type) => type === 'Max')).toHaveLength(3);
    expect(nodes(distinct).filter((type) => type === 'ReduceSum')).toHaveLength(2);
  });

  it('leaves out what no output needs, and keeps what a round of an iteration takes from outside', () => {
    const spare = expression((o, a, b) => {
      o.relu(o.add(a, o.scalar(7)));
      const taken = o.mul(a, o.scalar(2));
      const [end] = o.iterate([a], 3, (inner, [value]) => {
        inner.exp(value!);
        return {
          values: [inner.add(value!, taken)],
          again: inner.less(inner.scalar(0), inner.sum(inner.column(inner.sum(value!, 1)), 0)),
        };
      });
      return { end: o.product(end!, b) };
    });
    const { node, initializer } = decodeModel(graphOf(spare, 'float64').bytes).graph;
    expect(node.map(({ opType }) => opType)).toEqual(['Mul', 'Loop', 'Gemm']);
    const body = node[1]!.attribute!.find(({ name }) => name === 'body')!.g!;
    expect(body.node.map(({ opType }) => opType)).not.toContain('Exp');
    expect(initializer.some(({ rawData }) => new Float64Array(rawData.slice().buffer)[0] === 7)).toBe(false);
  });

  it('keeps a scale that float32 cannot hold exact in float64', () => {
    const scaled = (scale: number): Expression =>
      expression((o, _, b) => ({ out: o.product(b, b, { scale }) }));
    expect(nodes(scaled(0.5))).toEqual(['Gemm']);
    expect(nodes(scaled(0.3)).sort()).toEqual(['Gemm', 'Mul']);
  });

  it('refuses an output with the name of an input, which no graph can hold', () => {
    expect(() => nodes(expression((_, a) => ({ a })))).toThrow('example: a is an input and an output');
  });

  it('bears the names that the formula gave', () => {
    const named = expression((o, a) => ({ out: o.relu(o.name(o.add(a, a), 'twice a')) }));
    const { node, input, output } = decodeModel(graphOf(named, 'float32').bytes).graph;
    expect(node.map((one) => one.output[0])).toEqual(['twice a', 'out']);
    expect(input.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(output.map(({ name }) => name)).toEqual(['out']);
  });
});

describe.each(precisions)('graphs in %s give what the reference gives', (precision) => {
  const engine = onnx(precision);
  afterAll(() => engine.dispose());

  it.each(Object.entries({ repeated, distinct, aliases }))('%s', async (_, one) => {
    const random = draw(5);
    await expectAgreement(engine, one, { a: random.tensor([4, 3]), b: random.tensor([3, 3]) }, 4);
  });
});
