import type { Shape } from '../algebra/engine.ts';
import type { Ops } from '../algebra/ops.ts';
import { shapedOps } from './shaped.ts';
import { Tape } from './tape.ts';

/** What is differentiated: an expression with one output. */
export type Differentiable = <U>(o: Ops<U>, x: Readonly<Record<string, U>>) => U;

export interface Gradients<T> {
  /** f as it came out, of any shape. */
  readonly value: T;
  /** The derivatives of the sum of its elements, by the names and in the shapes of the variables; for rank 0 [] or [1]. */
  readonly gradients: Readonly<Record<string, T>>;
}

/**
 * Reverse-mode differentiation of an expression at x, written in the operations of `o`: on an engine that records a graph the
 * derivative is a part of the graph.
 * @param shapes of all of x; extents that are open have equal names where they are equal.
 * @param names of the variables to differentiate by.
 */
export function gradients<T>(
  o: Ops<T>,
  f: Differentiable,
  x: Readonly<Record<string, T>>,
  shapes: Readonly<Record<string, Shape>>,
  names: readonly string[],
): Gradients<T> {
  const tape = new Tape(shapedOps(o));
  const inputs = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const at = { value: x[name]!, shape };
      return [name, names.includes(name) ? tape.variable(at) : tape.constant(at)];
    }),
  );
  const result = f(tape, inputs);
  const derivatives = tape.gradients(
    result,
    names.map((name) => inputs[name]!),
  );
  return {
    value: result.at.value,
    gradients: Object.fromEntries(names.map((name, k) => [name, derivatives[k]!.value])),
  };
}
