import { type Matrix, matrix } from '../../src/algebra/tensor.ts';
import type { LabelledFeatures } from '../../src/classify/classifier.ts';
import { draw } from '../oracle/draw.ts';

/** Normal clouds about random centres; of the features only a share is not 0. */
export function clouds(
  seed: number,
  {
    n = 40,
    width = 5,
    classes = 3,
    spread = 1,
    filled = 1,
  }: {
    readonly n?: number;
    readonly width?: number;
    readonly classes?: number;
    readonly spread?: number;
    readonly filled?: number;
  } = {},
): LabelledFeatures {
  const random = draw(seed);
  const centres = random.matrix(classes, width).data;
  const labels = Uint32Array.from({ length: n }, () => Math.floor(random.uniform(0, classes)));
  const data = Float64Array.from({ length: n * width }, (_, k) => {
    const value = centres[labels[Math.floor(k / width)]! * width + (k % width)]! + spread * random.normal();
    return random.uniform(0, 1) < filled ? Math.fround(value) : 0;
  });
  return { features: matrix(n, width, data), labels, classes };
}

/** W x + b of every sample, row by row. */
export function scoresOf(
  features: Matrix,
  { W, b }: { readonly W: Matrix; readonly b: { readonly data: ArrayLike<number> } },
): number[][] {
  const [n, d] = features.shape;
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: W.shape[0] }, (_, k) => {
      let score = b.data[k]!;
      for (let j = 0; j < d; j++) score += W.data[k * d + j]! * features.data[i * d + j]!;
      return score;
    }),
  );
}

export function accuracyOf(
  { features, labels }: LabelledFeatures,
  classifier: Parameters<typeof scoresOf>[1],
): number {
  const scores = scoresOf(features, classifier);
  return scores.filter((row, i) => row.indexOf(Math.max(...row)) === labels[i]).length / scores.length;
}
