/** Numbers of a network with one hidden layer, or derivatives by them; matrices row by row. */
export type Parameters = Readonly<Record<'W1' | 'b1' | 'W2' | 'b2', readonly number[]>>;

/** Samples of a batch, of n in all, and their classes. */
export interface PlainBatch {
  readonly X: readonly (readonly number[])[];
  readonly classes: readonly number[];
  readonly n: number;
}

/**
 * Back-propagation by hand, with scalar loops, of
 *   (1/m) Σ_j −log softmax(W2 max(0, W1 x_j + b1) + b2)_{c_j} + λ/(2n) (‖W1‖² + ‖W2‖²).
 */
export function plainGradient(
  { W1, b1, W2, b2 }: Parameters,
  { X, classes, n }: PlainBatch,
  lambda: number,
): Parameters {
  const [m, d, hidden] = [X.length, X[0]!.length, b1.length];
  const gradient = {
    W1: W1.map((w) => (lambda * w) / n),
    b1: b1.map(() => 0),
    W2: W2.map((w) => (lambda * w) / n),
    b2: b2.map(() => 0),
  };
  for (const [j, x] of X.entries()) {
    const u = b1.map((b, k) => x.reduce((sum, value, i) => sum + W1[k * d + i]! * value, b));
    const v = u.map((value) => Math.max(0, value));
    const z = b2.map((b, c) => v.reduce((sum, value, k) => sum + W2[c * hidden + k]! * value, b));
    const total = z.reduce((sum, value) => sum + Math.exp(value), 0);
    const dz = z.map((value, c) => (Math.exp(value) / total - (c === classes[j] ? 1 : 0)) / m);
    const du = u.map((value, k) =>
      value > 0 ? dz.reduce((sum, slope, c) => sum + slope * W2[c * hidden + k]!, 0) : 0,
    );
    for (const [c, slope] of dz.entries()) {
      gradient.b2[c]! += slope;
      for (const [k, value] of v.entries()) gradient.W2[c * hidden + k]! += slope * value;
    }
    for (const [k, slope] of du.entries()) {
      gradient.b1[k]! += slope;
      for (const [i, value] of x.entries()) gradient.W1[k * d + i]! += slope * value;
    }
  }
  return gradient;
}
