import { type Matrix, matrix } from '../../algebra/tensor.ts';
import type { Problem } from '../../problem/problem.ts';
import type { Derived } from './block.ts';

/** Squarings of W Wᵀ: the bound is above ‖W‖² by d^(1/64) at most, 11 % for a width of 1000. */
const squarings = 6;
/** How far the bound is above ‖W‖² at most, for widths up to a million. */
export const spectralSlack = 1.25;
/** Far more than rounding takes from the bound. */
const margin = 1 + 1e-9;

/**
 * A bound of ‖W_i‖² = λ_max(A), A = W Wᵀ (or Wᵀ W, whichever is smaller), that cannot fail:
 *   λ_max(A)^m ≤ tr(A^m),   m = 2^k,   tr(A^m)^(1/m) = t_0 t_1^(1/2) t_2^(1/4) … t_k^(1/m),
 * with B_0 = A/t_0, t_0 = tr A, and B_j = B_{j−1}²/t_j, t_j = tr B_{j−1}², which neither overflow nor vanish.
 */
export function spectralBound(problem: Problem, layer: number): Derived {
  const [below, here] = [problem.widths[layer - 1]!, problem.widths[layer]!];
  const wide = here > below;
  const d = Math.min(here, below);
  const name = `L${layer}`;
  return {
    name,
    shape: [],
    from: `W${layer}`,
    async prepare(engine) {
      const [gram, square] = await Promise.all([
        engine.compile(
          {
            name: `Gram matrix of W${layer}`,
            inputs: { W: [here, below] },
            build: (o, { W }) => ({
              A: o.product(W!, W!, wide ? { transposeA: true } : { transposeB: true }),
            }),
          },
          'float64',
        ),
        engine.compile(
          {
            name: `square of ${d}x${d}`,
            inputs: { B: [d, d] },
            build: (o, { B }) => ({ A: o.product(B!, B!) }),
          },
          'float64',
        ),
      ]);
      return async (W: Matrix) => {
        let [A, B] = [matrix(d, d, new Float64Array(d * d)), matrix(d, d, new Float64Array(d * d))];
        await gram.run({ W }, { A });
        let bound = traceToOne(A);
        for (let j = 1; j <= squarings && bound > 0; j++) {
          await square.run({ B: A }, { A: B });
          [A, B] = [B, A];
          bound *= traceToOne(A) ** (1 / 2 ** j);
        }
        return { shape: [], data: Float64Array.of(margin * bound) };
      };
    },
  };
}

/** Divides by the trace, and returns it. */
function traceToOne({ shape: [d], data }: Matrix): number {
  let trace = 0;
  for (let i = 0; i < d; i++) trace += data[i * d + i]!;
  if (trace > 0) for (let k = 0; k < data.length; k++) data[k]! /= trace;
  return trace;
}
