import { type Ops, scaled } from '../../algebra/ops.ts';
import {
  activationTarget,
  linearGap,
  preactivationVariables,
  type Variables,
} from '../../problem/objective.ts';
import { activationOf, gammaOf, type Problem } from '../../problem/problem.ts';
import type { StateBlock } from './block.ts';

/**
 * U_i ← argmin γ/2 ‖A − σ(U)‖² + γ/2 ‖U − Z‖² + α/2 ‖U − U_i‖²,   Z = W_i V_{i−1} + b_i   (ZLLY Algorithms 2 and 3), where
 * A is V_i, or V_i − V_{i−1} across a residual link.
 *
 * The two last terms are (γ + α)/2 ‖U − B‖² up to a constant, with B = U_i − γ/(γ + α) (U_i − Z); what remains is
 * γ times (E.1) with penalty (γ + α)/γ. The output layer has σ = identity and, in the paper, α = 0: it is strongly convex.
 */
export function preactivationBlock(problem: Problem, layer: number, alpha: number): StateBlock {
  const gamma = gammaOf(problem, layer);
  const name = `U${layer}`;
  return {
    kind: 'state',
    name,
    reads: [`V${layer}`, name, ...preactivationVariables(problem, layer)],
    update: <T>(o: Ops<T>, x: Variables<T>): T => {
      const step = scaled(o, gamma / (gamma + alpha), linearGap(o, x, problem, layer));
      const centre = o.name(o.sub(x[name]!, step), `centre of ${name}`);
      return activationOf(problem, layer).prox(
        o,
        activationTarget(o, x, problem, layer),
        centre,
        (gamma + alpha) / gamma,
      );
    },
  };
}
