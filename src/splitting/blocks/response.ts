import { transpose } from '../../algebra/tensor.ts';
import type { Problem } from '../../problem/problem.ts';
import type { Derived } from './block.ts';

/**
 * K_i = (c I + W Wᵀ)⁻¹ W = W (c I + Wᵀ W)⁻¹ (push-through identity), `[d_i, d_{i−1}]`, W = W_i. The smaller of the two systems
 * is solved; below a narrow layer no width x width product per sample is left.
 */
export function responseMatrix(problem: Problem, layer: number, c: number): Derived {
  const [below, here] = [problem.widths[layer - 1]!, problem.widths[layer]!];
  const wide = here > below;
  const name = `K${layer}`;
  return {
    name,
    shape: [here, below],
    from: `W${layer}`,
    system: {
      name: `system of ${name}`,
      inputs: { W: [here, below] },
      build: (o, { W }) => ({
        A: wide ? o.product(W!, W!, { transposeA: true }) : o.product(W!, W!, { transposeB: true }),
      }),
    },
    diagonal: c,
    async finish(factor, w) {
      return wide ? transpose(await factor.solve(transpose(w))) : factor.solve(w);
    },
  };
}
