import type { Ops } from '../../algebra/ops.ts';
import { linearTarget, type Variables } from '../../problem/objective.ts';
import { gammaOf, type Problem } from '../../problem/problem.ts';
import { anchorsOf } from './anchors.ts';
import type { StateBlock } from './block.ts';
import { responseMatrix } from './response.ts';

/**
 * V_i ← argmin τ/2 ‖V − S‖² + γ/2 ‖T − W V − b‖²,   W = W_{i+1}, γ = γ_{i+1}   (ZLLY Algorithms 2 and 3),
 * where T is U_{i+1}, or V_N in the two-splitting, and τ and S are those of `anchorsOf`. With c = τ/γ and R = T − b − S Wᵀ:
 *   V = S + R K,   K = (c I + W Wᵀ)⁻¹ W.
 */
export function hiddenStateBlock(problem: Problem, layer: number, alpha: number): StateBlock {
  const above = layer + 1;
  const target = linearTarget(problem, above);
  const anchors = anchorsOf(problem, layer, alpha);
  const response = responseMatrix(problem, above, anchors.total / gammaOf(problem, above));
  return {
    kind: 'state',
    name: `V${layer}`,
    reads: [...new Set([...anchors.reads, `V${layer}`, target, `W${above}`, `b${above}`])],
    derived: response,
    update: <T>(o: Ops<T>, x: Variables<T>): T => {
      const start = anchors.mean(o, x);
      const wanted = o.sub(x[target]!, x[`b${above}`]!);
      const gap = o.product(start, x[`W${above}`]!, { transposeB: true, scale: -1, plus: wanted });
      return o.product(o.name(gap, `gap of ${target} at S${layer}`), x[response.name]!, { plus: start });
    },
  };
}
