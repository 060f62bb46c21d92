import { matrix, transpose } from '../../algebra/tensor.ts';
import type { Problem } from '../../problem/problem.ts';
import type { Derived } from './block.ts';

/**
 * K_i = (c I + W Wᵀ)⁻¹ W = W (c I + Wᵀ W)⁻¹ (push-through identity), `[d_i, d_{i−1}]`, W = W_i. The smaller of the two systems
 * is solved; below a narrow layer no width x width product per sample is left.
 */
export function responseMatrix(problem: Problem, layer: number, c: number): Derived {
  const [below, here] = [problem.widths[layer - 1]!, problem.widths[layer]!];
  const wide = here > below;
  const d = Math.min(here, below);
  const name = `K${layer}`;
  return {
    name,
    shape: [here, below],
    from: [layer],
    async prepare(engine) {
      const gram = await engine.compile(
        {
          name: `system of ${name}`,
          inputs: { W: [here, below] },
          build: (o, { W }) => ({ A: o.product(W!, W!, wide ? { transposeA: true } : { transposeB: true }) }),
        },
        'float64',
      );
      return async ([W]) => {
        const A = matrix(d, d, new Float64Array(d * d));
        await gram.run({ W: W! }, { A });
        for (let i = 0; i < d; i++) A.data[i * d + i]! += c;
        const factor = await engine.factor(A);
        return wide ? transpose(await factor.solve(transpose(W!))) : factor.solve(W!);
      };
    },
  };
}
