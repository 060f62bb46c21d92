import type { Shape } from '../algebra/engine.ts';
import type { Ops, Round } from '../algebra/ops.ts';
import { broadcast, concatShape, productShape } from '../algebra/shape.ts';

/** A value of an interpreter beside its shape, whose extents may be open. */
export interface Shaped<T> {
  readonly value: T;
  readonly shape: Shape;
}

/** The operations of an interpreter on values that carry their shapes: those of `Ops<T>` alone do not tell them. */
export function shapedOps<T>(o: Ops<T>): Ops<Shaped<T>> {
  type Value = Shaped<T>;
  const each =
    (f: (a: T) => T) =>
    (a: Value): Value => ({ value: f(a.value), shape: a.shape });
  const elementwise =
    (f: (a: T, b: T) => T) =>
    (a: Value, b: Value): Value => ({ value: f(a.value, b.value), shape: broadcast(a.shape, b.shape) });
  return {
    epsilon: o.epsilon,
    scalar: (value) => ({ value: o.scalar(value), shape: [] }),
    identity: each((a) => o.identity(a)),
    add: elementwise((a, b) => o.add(a, b)),
    sub: elementwise((a, b) => o.sub(a, b)),
    mul: elementwise((a, b) => o.mul(a, b)),
    div: elementwise((a, b) => o.div(a, b)),
    max: elementwise((a, b) => o.max(a, b)),
    min: elementwise((a, b) => o.min(a, b)),
    relu: each((a) => o.relu(a)),
    exp: each((a) => o.exp(a)),
    log: each((a) => o.log(a)),
    tanh: each((a) => o.tanh(a)),
    sqrt: each((a) => o.sqrt(a)),
    less: elementwise((a, b) => o.less(a, b)),
    indicator: (mask) => ({ value: o.indicator(mask.value), shape: mask.shape }),
    where: (mask, a, b) => ({
      value: o.where(mask.value, a.value, b.value),
      shape: broadcast(mask.shape, broadcast(a.shape, b.shape)),
    }),
    product(a, b, { plus, ...options } = {}) {
      const addend = plus === undefined ? {} : { plus: plus.value };
      return {
        value: o.product(a.value, b.value, { ...options, ...addend }),
        shape: productShape(a.shape, b.shape, options.transposeA, options.transposeB),
      };
    },
    transpose: (a) => ({ value: o.transpose(a.value), shape: a.shape.toReversed() }),
    sum: (a, axis) => ({ value: o.sum(a.value, axis), shape: [a.shape[1 - axis]!] }),
    largest: (a) => ({ value: o.largest(a.value), shape: [a.shape[0]!] }),
    column: (a) => ({ value: o.column(a.value), shape: [a.shape[0]!, 1] }),
    rows: (a, from, to) => ({ value: o.rows(a.value, from, to), shape: [to - from, a.shape[1]!] }),
    columns: (a, from, to) => ({ value: o.columns(a.value, from, to), shape: [a.shape[0]!, to - from] }),
    concat: (parts) => ({
      value: o.concat(parts.map(({ value }) => value)),
      shape: concatShape(parts.map(({ shape }) => shape)),
    }),
    iterate: (start, most, round) => {
      const shaped = (values: readonly T[]): Value[] =>
        values.map((value, k) => ({ value, shape: start[k]!.shape }));
      const plain = (inner: Ops<T>, values: readonly T[]): Round<T> => {
        const next = round(shapedOps(inner), shaped(values));
        return { values: next.values.map(({ value }) => value), again: next.again.value };
      };
      return shaped(
        o.iterate(
          start.map(({ value }) => value),
          most,
          plain,
        ),
      );
    },
    name: (a, name) => ({ value: o.name(a.value, name), shape: a.shape }),
  };
}
