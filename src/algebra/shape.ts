import type { Extent, Shape } from './engine.ts';

/** The shape of an element-wise operation on operands of these shapes, as NumPy broadcasts. */
export function broadcast(a: Shape, b: Shape): Extent[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const x = a[axis - rank + a.length] ?? 1;
    const y = b[axis - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) throw new RangeError(`shapes [${a}] and [${b}] do not broadcast`);
    return x === 1 ? y : x;
  });
}

/** The shape of op(a) op(b) for matrices. */
export function productShape(a: Shape, b: Shape, transposeA = false, transposeB = false): [Extent, Extent] {
  const [rows, inner] = transposeA ? [a[1], a[0]] : [a[0], a[1]];
  const [inner2, columns] = transposeB ? [b[1], b[0]] : [b[0], b[1]];
  if (a.length !== 2 || b.length !== 2 || inner !== inner2 || rows === undefined || columns === undefined)
    throw new RangeError(
      `no product of [${a}]${transposeA ? ' transposed' : ''} and [${b}]${transposeB ? ' transposed' : ''}`,
    );
  return [rows, columns];
}
