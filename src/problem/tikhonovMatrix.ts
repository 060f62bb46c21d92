import { type Matrix, matrix } from '../algebra/tensor.ts';
import { weightColumns } from './inputs.ts';
import { depth, gammaOf, inputsOf, layers, type Problem } from './problem.ts';

/** Γ and Q = ΓᵀΓ of ZB (5), with where each part of a sample stands in them. */
export interface TikhonovMatrix {
  /** `[Σ_{n<N} d_n, 1 + Σ_{n<N} d_n + d_0]`: a row for each hidden unit. */
  readonly gamma: Matrix;
  /** `[D, D]`, D = d_0 + 1 + Σ_{n<N} d_n. */
  readonly Q: Matrix;
  /** First column of V_0, the constant 1 that carries the biases, and V_1 … V_{N−1}: `V0`, `1`, `V1`, … */
  readonly columns: Readonly<Record<string, number>>;
}

/**
 * Q(W̃) of ZB (5) for inspection: with u = [V_0 1 V_1 … V_{N−1}] of a sample,
 *   ½ uᵀ Q u = Σ_{n<N} γ_n/2 ‖V_n − Σ_m W_{n,m} V_m − b_n‖² = ½ ‖Γ u‖²,
 * which is Proposition 1. Training never forms it.
 * @param weights W_1 … W_{N−1} and their biases at least.
 */
export function tikhonovMatrix(
  problem: Problem,
  weights: readonly { readonly W: Matrix; readonly b: { readonly data: ArrayLike<number> } }[],
): TikhonovMatrix {
  const hidden = layers(problem).filter((n) => n < depth(problem));
  const columns: Record<string, number> = { V0: 0, '1': problem.widths[0]! };
  let D = problem.widths[0]! + 1;
  for (const n of hidden) {
    columns[`V${n}`] = D;
    D += problem.widths[n]!;
  }
  const rows = D - problem.widths[0]! - 1;
  const gamma = matrix(rows, D, new Float64Array(rows * D));
  let row = 0;
  for (const n of hidden) {
    const inputs = inputsOf(problem, n);
    const { W, b } = weights[n - 1]!;
    const scale = Math.sqrt(gammaOf(problem, n));
    for (let k = 0; k < problem.widths[n]!; k++, row++) {
      const add = (column: number, value: number): void => {
        gamma.data[row * D + column]! += scale * value;
      };
      add(columns[`V${n}`]! + k, 1);
      add(columns['1']!, -b.data[k]!);
      for (const m of inputs.added) add(columns[`V${m}`]! + k, -1);
      for (const { layer, from, to } of weightColumns(problem.widths, inputs))
        for (let j = from; j < to; j++) add(columns[`V${layer}`]! + j - from, -W.data[k * W.shape[1] + j]!);
    }
  }
  const Q = matrix(D, D, new Float64Array(D * D));
  for (let r = 0; r < rows; r++)
    for (let i = 0; i < D; i++) {
      const left = gamma.data[r * D + i]!;
      if (left !== 0) for (let j = 0; j < D; j++) Q.data[i * D + j]! += left * gamma.data[r * D + j]!;
    }
  return { gamma, Q, columns };
}
