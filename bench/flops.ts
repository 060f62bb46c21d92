import { panelRanges } from '../src/algebra/gram.ts';
import { fanIn, type LayerInputs, weightColumns } from '../src/problem/inputs.ts';

/** Floating-point operations of one three-splitting sweep, split into passes over samples and dense solves. */
export interface Flops {
  readonly passes: number;
  readonly solves: number;
}

/**
 * Counts the products of src/splitting/blocks, a multiply-add as two operations; element-wise work is left out.
 * Per layer i: U_i and the cross product of W_i, 2 n d_i d_{i−1} each; the Gram matrix of V_{i−1} in row panels that skip
 * the mirrored blocks (never that of the data, which is constant); V_i, two products with the layer above.
 */
export function sweepFlops(widths: readonly number[], n: number): Flops {
  let [passes, solves] = [0, 0];
  const N = widths.length - 1;
  for (let i = 1; i <= N; i++) {
    const [below, here] = [widths[i - 1]!, widths[i]!];
    passes += 4 * n * here * below;
    if (i > 1) passes += gramFlops(below, n);
    const d = below + 1;
    // The factor of the constant Gram matrix of the data is kept.
    solves += (i > 1 ? d ** 3 / 3 : 0) + 2 * d ** 2 * here;
    if (i < N) {
      const above = widths[i + 1]!;
      passes += 4 * n * here * above;
      const [small, large] = [Math.min(here, above), Math.max(here, above)];
      solves += 2 * small ** 2 * large + small ** 3 / 3 + 2 * small ** 2 * large;
    }
  }
  return { passes, solves };
}

function gramFlops(width: number, n: number): number {
  return panelRanges(width).reduce((total, { from, to }) => total + 2 * n * (to - from) * (width - from), 0);
}

/**
 * Operations of one sweep of `tikhonov`: for all hidden states two products for each W_{n,m} a round, m > 0, and one for each W_{n,0};
 * for each W_n its cross and Gram sums (never those of the data) and its solve, where the one of the data is kept.
 * @param rounds of the iteration for the states, a mean over the samples.
 */
export function liftedSweepFlops(
  widths: readonly number[],
  inputs: readonly LayerInputs[],
  n: number,
  rounds: number,
): Flops {
  let [passes, solves] = [0, 0];
  for (const [k, given] of inputs.entries()) {
    const here = widths[k + 1]!;
    for (const { layer, from, to } of weightColumns(widths, given))
      passes += (layer === 0 ? 2 : 4 * rounds) * n * here * (to - from);
    const below = fanIn(widths, given);
    const constant = given.learned.every((m) => m === 0);
    passes += 2 * n * here * below + (constant ? 0 : gramFlops(below, n));
    solves += (constant ? 0 : (below + 1) ** 3 / 3) + 2 * (below + 1) ** 2 * here;
  }
  return { passes, solves };
}

/** All of a sweep's products with nothing saved: full Gram matrices, the data's own among them. */
export function naiveSweepFlops(widths: readonly number[], n: number): number {
  const { passes } = sweepFlops(widths, n);
  const N = widths.length - 1;
  let extra = 2 * n * widths[0]! ** 2;
  for (let i = 1; i < N; i++) extra += 2 * n * widths[i]! ** 2 - gramFlops(widths[i]!, n);
  return passes + extra;
}
