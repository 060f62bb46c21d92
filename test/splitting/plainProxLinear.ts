import { type Matrix, matrix } from '../../src/algebra/tensor.ts';

type Rows = readonly (readonly number[])[];

/** A relu network, its data and the settings of a step, without tensors. */
export interface PlainProblem {
  readonly W: readonly Rows[];
  readonly b: Rows;
  readonly X: Rows;
  readonly Y: Rows;
  readonly gamma: readonly number[];
  /** α of each layer in this step. */
  readonly alpha: readonly number[];
  /** Whether a layer adds its input. */
  readonly skips: readonly boolean[];
  /** V_N of a sample with the outputs p. */
  readonly pulled: (p: readonly number[], y: readonly number[]) => readonly number[];
  /** (ΔW, Δb)ᵀ of the proximal least squares with the weight c. */
  readonly leastSquares: (V: Matrix, E: Matrix, c: number) => Matrix;
}

/**
 * A step of proxLinear sample by sample: forward, backward to what each state moves by, and a least-squares problem for each
 * layer. The slope of relu at 0 is 0.
 */
export function plainProxLinear({ W, b, X, Y, gamma, alpha, skips, pulled, leastSquares }: PlainProblem): {
  readonly W: readonly (readonly number[])[];
  readonly b: readonly (readonly number[])[];
} {
  const N = W.length;
  const inputs: number[][][] = W.map(() => []);
  const gaps: number[][][] = W.map(() => []);
  for (const [j, x] of X.entries()) {
    let v = [...x];
    const slopes: number[][] = [];
    for (let i = 0; i < N; i++) {
      inputs[i]!.push(v);
      const z = W[i]!.map((row, k) => row.reduce((sum, w, l) => sum + w * v[l]!, b[i]![k]!));
      slopes.push(z.map((value) => (i === N - 1 || value > 0 ? 1 : 0)));
      v = z.map((value, k) => value * slopes[i]![k]! + (skips[i] ? v[k]! : 0));
    }
    let moved = pulled(v, Y[j]!).map((value, k) => value - v[k]!);
    for (let i = N - 1; i >= 0; i--) {
      const gap = moved.map((value, k) => value * slopes[i]![k]!);
      gaps[i]!.push(gap);
      if (i === 0) continue;
      const ratio = gamma[i]! / gamma[i - 1]!;
      moved = inputs[i]![j]!.map((_, l) => {
        const back = gap.reduce((sum, value, k) => sum + value * W[i]![k]![l]!, 0);
        return ratio * (back + (skips[i] ? moved[l]! : 0));
      });
    }
  }
  const steps = W.map((_, i) => leastSquares(rows(inputs[i]!), rows(gaps[i]!), alpha[i]! / gamma[i]!));
  return {
    W: W.map((layer, i) => layer.flatMap((row, k) => row.map((w, l) => w + at(steps[i]!, l, k)))),
    b: b.map((biases, i) => biases.map((value, k) => value + at(steps[i]!, W[i]![0]!.length, k))),
  };
}

function rows(values: Rows): Matrix {
  return matrix(values.length, values[0]!.length, Float64Array.from(values.flat()));
}

function at({ shape, data }: Matrix, i: number, j: number): number {
  return data[i * shape[1] + j]!;
}
