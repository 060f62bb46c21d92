import { type Ops, scaled } from '../../algebra/ops.ts';
import { transpose } from '../../algebra/tensor.ts';
import { activated, type Variables } from '../../problem/objective.ts';
import { gammaOf, type Problem } from '../../problem/problem.ts';
import type { Derived, StateBlock } from './block.ts';

/**
 * V_i ← argmin λ/2 ‖V‖² + γ_i/2 ‖V − σ(U_i)‖² + γ_{i+1}/2 ‖U_{i+1} − W V − b‖²,   W = W_{i+1}   (ZLLY Algorithm 2).
 *
 * With S = γ_i/(γ_i + λ) σ(U_i), R = U_{i+1} − b − S Wᵀ and c = (γ_i + λ)/γ_{i+1}:
 *   V = S + R K,   K = (c I + W Wᵀ)⁻¹ W = W (c I + Wᵀ W)⁻¹   (push-through identity).
 * The smaller of the two systems is solved; below a narrow layer no width x width product per sample is left.
 */
export function hiddenStateBlock(problem: Problem, layer: number): StateBlock {
  const above = layer + 1;
  const { term, weight } = problem.stateRegularizer;
  const lambda = weight * term.properties.curvature!;
  const gamma = gammaOf(problem, layer);
  const shrink = gamma / (gamma + lambda);
  const derived = responseMatrix(problem, above, (gamma + lambda) / gammaOf(problem, above));
  return {
    kind: 'state',
    name: `V${layer}`,
    reads: [`V${layer}`, `U${layer}`, `U${above}`, `W${above}`, `b${above}`],
    derived,
    update: <T>(o: Ops<T>, x: Variables<T>): T => {
      const start = scaled(o, shrink, activated(o, x, problem, layer));
      const target = o.sub(x[`U${above}`]!, x[`b${above}`]!);
      const gap = o.product(start, x[`W${above}`]!, { transposeB: true, scale: -1, plus: target });
      return o.product(o.name(gap, `gap of U${above} at S${layer}`), x[derived.name]!, { plus: start });
    },
  };
}

/** K_{i} = (c I + W Wᵀ)⁻¹ W, `[d_i, d_{i−1}]`. */
function responseMatrix(problem: Problem, layer: number, c: number): Derived {
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
