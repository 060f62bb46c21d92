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

/** The shape of matrices side by side. */
export function concatShape(parts: readonly Shape[]): [Extent, Extent] {
  const rows = parts[0]?.[0];
  const width = parts.reduce(
    (sum, [, columns]) => sum + (typeof columns === 'number' ? columns : Number.NaN),
    0,
  );
  if (
    rows === undefined ||
    Number.isNaN(width) ||
    parts.some((part) => part.length !== 2 || part[0] !== rows)
  )
    throw new RangeError(`no matrix of ${parts.map((part) => `[${part}]`).join(', ')} side by side`);
  return [rows, width];
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
