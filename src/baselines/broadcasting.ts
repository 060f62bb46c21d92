import type { Shape } from '../algebra/engine.ts';
import type { Ops } from '../algebra/ops.ts';
import type { Shaped } from './shaped.ts';

/** `a` repeated to the shape of `like`, of which no number is used: not even NaN enters. */
export function expanded<T>(o: Ops<Shaped<T>>, a: Shaped<T>, like: Shaped<T>): Shaped<T> {
  return sameShape(a.shape, like.shape) ? a : o.where(o.less(like, like), a, a);
}

/**
 * The adjoint of broadcasting: of `g`, the adjoint of `result`, the sum over all axes along which an operand of shape `shape`
 * was repeated. Of a number of rank 0 it has shape [1], since no operation lowers the rank to 0.
 */
export function summed<T>(o: Ops<Shaped<T>>, g: Shaped<T>, result: Shaped<T>, shape: Shape): Shaped<T> {
  if (sameShape(result.shape, shape)) return g;
  const full = expanded(o, g, result);
  const matrix = full.shape.length === 2 ? full : o.column(full);
  const columns = shape.at(-1) ?? 1;
  const narrow = columns === matrix.shape[1] ? matrix : o.column(o.sum(matrix, 1));
  if (shape.length < 2) return o.sum(narrow, 0);
  if (shape[0] === narrow.shape[0]) return narrow;
  // A sum over the rows that stays a matrix: 1ᵀ G.
  const ones = expanded(o, o.scalar(1), o.column(o.sum(narrow, 1)));
  return o.product(ones, narrow, { transposeA: true });
}

function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}
