import { type Ops, scaled, totalOf } from '../algebra/ops.ts';
import { forwardStates, type Variables } from '../problem/objective.ts';
import { depth, layers, type Problem, weightRegularizerOf } from '../problem/problem.ts';
import type { BatchSettings } from '../splitting/batchMethod.ts';

/**
 * What a mini-batch of m of the n samples tells of the objective of the network itself, without couplings, a sample:
 *   (Σ_j ℓ(v_Nj; y_j) + share Σ_i r(W_i)) / m,   share = m/n,
 * whose expectation over batches is (Σ_j ℓ(v_Nj; y_j) + Σ_i r(W_i)) / n over all samples. V_i is σ_i(W_i V_{i−1} + b_i), or V_{i−1}
 * and that across a residual link, which is what the couplings of the two-splitting ask of it.
 * @param x `V0` `[m, d_0]`, `Y` `[m, d_N]` and `W1`, `b1`, …
 * @returns one number, [1].
 */
export function batchObjective<T>(
  o: Ops<T>,
  problem: Problem,
  { batch, share }: Pick<BatchSettings, 'batch' | 'share'>,
  x: Variables<T>,
): T {
  const values = forwardStates(o, problem, x);
  const losses = problem.loss.value(o, values[`V${depth(problem)}`]!, x.Y!);
  const regularizers = layers(problem).flatMap((i) => {
    const { term, weight } = weightRegularizerOf(problem, i);
    return weight === 0 ? [] : [scaled(o, share * weight, totalOf(o, term.value(o, x[`W${i}`]!)))];
  });
  const sum = regularizers.reduce((all, r) => o.add(all, r), totalOf(o, losses));
  return scaled(o, 1 / batch, sum);
}
