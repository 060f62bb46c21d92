import { type Ops, scaled } from '../../algebra/ops.ts';
import { linearTarget, preactivation, type Variables } from '../../problem/objective.ts';
import { gammaOf, type Problem } from '../../problem/problem.ts';
import { anchorsOf } from './anchors.ts';
import type { StateBlock } from './block.ts';
import { spectralBound } from './spectralBound.ts';

/**
 * One prox-linear step on λ s(V) + q(V), q(V) = τ/2 ‖V − S‖² + γ/2 ‖T − W V − b‖², for an s that is not quadratic; W = W_{i+1},
 * γ = γ_{i+1}, T as in `hiddenStateBlock`, τ and S those of `anchorsOf`:
 *   V_i ← prox_{λ s/M}(V_i − ∇q(V_i)/M),   M = τ + γ ‖W‖² or more.
 * q has the curvature M at most, so the step lowers the block by M/2 ‖ΔV_i‖² at least, which is more than the γ_i/2 of an
 * exact minimisation (ZLLY (C.4)), and leaves a subgradient of M ‖ΔV_i‖ at most.
 */
export function proximalStateBlock(problem: Problem, layer: number, alpha: number): StateBlock {
  const above = layer + 1;
  const target = linearTarget(problem, above);
  const name = `V${layer}`;
  const { term, weight } = problem.stateRegularizer;
  const anchors = anchorsOf(problem, layer, alpha);
  const gamma = gammaOf(problem, above);
  const bound = spectralBound(problem, above);
  return {
    kind: 'state',
    name,
    reads: [...new Set([...anchors.reads, name, target, `W${above}`, `b${above}`])],
    derived: bound,
    update: <T>(o: Ops<T>, x: Variables<T>): T => {
      const M = o.add(o.scalar(anchors.total), scaled(o, gamma, x[bound.name]!));
      const pull = scaled(o, anchors.total, o.sub(x[name]!, anchors.mean(o, x)));
      const gap = o.sub(x[target]!, preactivation(o, x, problem, above));
      const gradient = o.product(gap, x[`W${above}`]!, { scale: -gamma, plus: pull });
      const step = o.div(o.scalar(1), M);
      return term.prox(o, o.sub(x[name]!, o.mul(step, gradient)), scaled(o, weight, step));
    },
  };
}
