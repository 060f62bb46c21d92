import type { Ops } from './ops.ts';
import type { Sums } from './pass.ts';
import { type Matrix, matrix } from './tensor.ts';

/** Rows of a panel of a Gram matrix: the products left of the diagonal blocks are mirror images and are not computed. */
const panelRows = 384;

export function panelRanges(width: number): { from: number; to: number }[] {
  const count = Math.ceil(width / panelRows);
  return Array.from({ length: count }, (_, p) => ({
    from: Math.round((p * width) / count),
    to: Math.round(((p + 1) * width) / count),
  }));
}

const panelName = (from: number): string => `gram from ${from}`;

/** What a pass sums over the samples for [V 1]ᵀ[V 1], V `[n, width]`: the upper block triangle of VᵀV in row panels, and Vᵀ1. */
export function borderedGramSums<T>(o: Ops<T>, v: T, width: number): Record<string, T> {
  const transposed = o.transpose(v);
  const panels = panelRanges(width).map(({ from, to }) => {
    const whole = from === 0 && to === width;
    const [left, right] = [
      whole ? transposed : o.rows(transposed, from, to),
      from === 0 ? v : o.columns(v, from, width),
    ];
    return [panelName(from), o.product(left, right)];
  });
  return { ...Object.fromEntries(panels), ones: o.sum(transposed, 1) };
}

/** factor · [V 1]ᵀ[V 1], `[width + 1, width + 1]`, of n samples from those sums; only the lower triangle is filled. */
export function borderedGram(sums: Sums, width: number, n: number, factor: number): Matrix {
  const d = width + 1;
  const a = new Float64Array(d * d);
  for (const { from, to } of panelRanges(width)) {
    const panel = sums[panelName(from)]!;
    const columns = width - from;
    for (let i = from; i < to; i++)
      for (let j = i; j < width; j++) a[j * d + i] = factor * panel[(i - from) * columns + j - from]!;
  }
  for (let j = 0; j < width; j++) a[width * d + j] = factor * sums.ones![j]!;
  a[width * d + width] = factor * n;
  return matrix(d, d, a);
}
