import { describe, expect, it } from 'vitest';
import { concrete } from '../../src/algebra/engine.ts';
import { absolute, type Ops } from '../../src/algebra/ops.ts';
import type { Tensor } from '../../src/algebra/tensor.ts';
import { type Differentiable, gradients } from '../../src/baselines/reverse.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { softplus } from '../../src/problem/specialFunctions.ts';
import { centralDifferences } from '../oracle/centralDifferences.ts';
import { draw } from '../oracle/draw.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { closedForm } from '../tolerance.ts';
import { centralError, expressions, operands } from './expressions.ts';

const names = Object.keys(operands);

function valuesFor(n: number): Record<string, Tensor> {
  const random = draw(n);
  return Object.fromEntries(
    Object.entries(operands).map(([name, shape]) => [name, random.tensor(concrete(shape, n))]),
  );
}

const total = ({ data }: Tensor): number => Array.from(data).reduce((sum, value) => sum + value, 0);

describe('the gradient is that of central differences', () => {
  it.each(expressions)('$name', ({ f }) => {
    for (const n of [1, 3]) {
      const x = valuesFor(n);
      const { value, gradients: g } = gradients(o, f, x, operands, names);
      expect(value).toEqual(f(o, x));
      for (const name of names) {
        // No operation lowers the rank to 0: a sum for a number is [1].
        if (name !== 'number') expect(g[name]!.shape, name).toEqual(x[name]!.shape);
        const expected = centralDifferences((moved) => total(f(o, moved)), x, name);
        expectClose(g[name]!.data, expected, centralError, `gradient by ${name}`);
      }
    }
  });
});

/** Derivatives of a function of one row by its elements. */
function slopes(f: <T>(o: Ops<T>, a: T) => T, ...a: number[]): number[] {
  const x = { a: { shape: [1, a.length], data: Float64Array.from(a) } };
  const g = gradients(o, (tape, { a: row }) => f(tape, row!), x, { a: ['n', a.length] }, ['a']);
  return [...g.gradients.a!.data];
}

describe('at a kink', () => {
  it('relu has the slope 0', () => {
    expect(slopes((p, a) => p.relu(a), -1, 0, 1)).toEqual([0, 0, 1]);
  });

  it('max and min have the slope of their second operand', () => {
    const [three, five] = [3, 5];
    const both =
      (which: 'max' | 'min') =>
      <T>(p: Ops<T>, a: T): T =>
        p[which](p.mul(p.scalar(three), a), p.mul(p.scalar(five), a));
    expect(slopes(both('max'), -1, 0, 1)).toEqual([three, five, five]);
    expect(slopes(both('min'), -1, 0, 1)).toEqual([five, five, three]);
    expect(slopes(absolute, -2, 0, 2)).toEqual([-1, -1, 1]);
  });

  it('softplus, which is smooth, has its slope', () => {
    expect(slopes(softplus, 0)).toEqual([0.5]);
  });

  it('largest shares equally among ties', () => {
    expect(slopes((p, a) => p.largest(a), 1, 3, 3, 2)).toEqual([0, 0.5, 0.5, 0]);
    expect(slopes((p, a) => p.largest(a), 0, 0, 0, 0)).toEqual([0.25, 0.25, 0.25, 0.25]);
  });
});

describe('what a choice avoids does not count', () => {
  it('where its slope is infinite or none', () => {
    const [zero, one] = [0, 1];
    const avoided = <T>(p: Ops<T>, a: T): T => p.where(p.less(p.scalar(zero), a), p.log(a), a);
    expect(slopes(avoided, -1, 0, 2)).toEqual([1, 1, 0.5]);
    expect(slopes((p, a) => p.max(p.log(a), p.scalar(-100)), 0, 2)).toEqual([0, 0.5]);
    expect(slopes((p, a) => p.min(p.div(p.scalar(one), p.mul(a, a)), p.scalar(4)), 0, 1)).toEqual([0, -2]);
    expect(slopes((p, a) => p.min(p.exp(a), p.scalar(4)), 1e6, 0)).toEqual([0, 1]);
    expect(slopes((p, a) => p.relu(p.sub(p.sqrt(a), p.scalar(one))), 0, 4)).toEqual([0, 0.25]);
  });

  it('but an infinite slope of what is chosen does, and so does NaN', () => {
    expect(slopes((p, a) => p.sqrt(a), 0)).toEqual([Number.POSITIVE_INFINITY]);
    const spoiled = <T>(p: Ops<T>, a: T): T => p.mul(p.relu(p.exp(a)), p.scalar(Number.NaN));
    expect(slopes(spoiled, 0)).toEqual([Number.NaN]);
  });
});

describe('gradients', () => {
  const x = valuesFor(3);

  it('leaves its inputs as they were', () => {
    const before = structuredClone(x);
    for (const { f } of expressions) gradients(o, f, x, operands, names);
    expect(x).toEqual(before);
  });

  it('are by the named variables alone', () => {
    const f: Differentiable = (p, { full, other }) => p.mul(full!, other!);
    const { gradients: g } = gradients(o, f, x, operands, ['full']);
    expect(Object.keys(g)).toEqual(['full']);
    expectClose(g.full!.data, x.other!.data, closedForm);
  });

  it('are zero by what the expression does not use, and ones of a sum', () => {
    const { gradients: g } = gradients(o, (_, { full }) => full!, x, operands, ['full', 'row', 'column']);
    expect([...g.full!.data]).toEqual(new Array(12).fill(1));
    expect([...g.row!.data]).toEqual([0, 0, 0, 0]);
    expect(g.column!.shape).toEqual([3, 1]);
  });

  it('know no adjoint of rows, and need none of data', () => {
    const f: Differentiable = (p, { full, column }) => p.mul(p.rows(full!, 1, 3), p.rows(column!, 0, 2));
    expect(() => gradients(o, f, x, operands, ['full'])).toThrow(
      new RangeError(
        'rows 1 to 3 of a value that depends on the variables cannot be differentiated: no operation puts them back among zeros',
      ),
    );
    const weighted: Differentiable = (p, { full, row }) => p.mul(p.rows(full!, 1, 2), row!);
    const { gradients: g } = gradients(o, weighted, x, operands, ['row']);
    expect([...g.row!.data]).toEqual([...x.full!.data.slice(4, 8)]);
  });

  it('know no adjoint of columns, and need none of data', () => {
    const f: Differentiable = (p, { full, other }) => p.mul(p.columns(full!, 1, 3), p.columns(other!, 0, 2));
    expect(() => gradients(o, f, x, operands, ['full'])).toThrow(
      new RangeError(
        'columns 1 to 3 of a value that depends on the variables cannot be differentiated: no operation puts them back among zeros',
      ),
    );
    const weighted: Differentiable = (p, { full, column }) => p.mul(p.columns(full!, 1, 2), column!);
    const { gradients: g } = gradients(o, weighted, x, operands, ['column']);
    expect([...g.column!.data]).toEqual([x.full!.data[1], x.full!.data[5], x.full!.data[9]]);
  });
});
