import { matrix } from '../../algebra/tensor.ts';
import type { Problem } from '../../problem/problem.ts';
import type { Derived } from './block.ts';
import { largestEigenvalueBound } from './largestEigenvalue.ts';

/** How far the bound is above ‖W‖² at most: d^(1/64), for widths up to a million. */
export const spectralSlack = 1.25;

/** A bound of ‖W_i‖² = λ_max(W Wᵀ) = λ_max(Wᵀ W) that cannot fail, from the smaller of the two matrices. */
export function spectralBound(problem: Problem, layer: number): Derived {
  const [below, here] = [problem.widths[layer - 1]!, problem.widths[layer]!];
  const wide = here > below;
  const d = Math.min(here, below);
  return {
    name: `L${layer}`,
    shape: [],
    from: [layer],
    async prepare(engine) {
      const gram = await engine.compile(
        {
          name: `Gram matrix of W${layer}`,
          inputs: { W: [here, below] },
          build: (o, { W }) => ({ A: o.product(W!, W!, wide ? { transposeA: true } : { transposeB: true }) }),
        },
        'float64',
      );
      const bound = await largestEigenvalueBound(engine);
      return async ([W]) => {
        const A = matrix(d, d, new Float64Array(d * d));
        await gram.run({ W: W! }, { A });
        return { shape: [], data: Float64Array.of(await bound(A)) };
      };
    },
  };
}
