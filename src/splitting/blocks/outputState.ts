import { type Ops, scaled } from '../../algebra/ops.ts';
import { activationVariables, stateTarget, type Variables } from '../../problem/objective.ts';
import { depth, gammaOf, type Problem } from '../../problem/problem.ts';
import { alphaOf, type MethodSettings } from '../method.ts';
import type { StateBlock } from './block.ts';

/**
 * V_N ← argmin ℓ(V; Y) + γ/2 ‖V − C‖² + α/2 ‖V − V_N‖²   (ZLLY Algorithms 1 to 3), C what V_N is coupled to, such as U_N:
 * the prox of ℓ with step 1/(γ + α) at (γ C + α V_N)/(γ + α). The prox-linear update (3.1), (3.2) has ⟨∇ℓ(V_N), V⟩ for ℓ:
 * V = (γ C + α V_N − ∇ℓ(V_N))/(γ + α).
 */
export function outputStateBlock(problem: Problem, { alpha, outputUpdate }: MethodSettings): StateBlock {
  const N = depth(problem);
  const name = `V${N}`;
  const [gamma, weight] = [gammaOf(problem, N), alphaOf(alpha.V, N)];
  const total = gamma + weight;
  return {
    kind: 'state',
    name,
    reads: [...activationVariables(problem, N), 'Y'],
    update: <T>(o: Ops<T>, x: Variables<T>): T => {
      const centre = o.name(
        o.add(scaled(o, gamma / total, stateTarget(o, x, problem, N)), scaled(o, weight / total, x[name]!)),
        `centre of ${name}`,
      );
      if (outputUpdate === 'proximal') return problem.loss.prox(o, centre, x.Y!, 1 / total);
      const gradient = problem.loss.subdifferential(o, x[name]!, x.Y!).lower;
      return o.sub(centre, scaled(o, 1 / total, gradient));
    },
  };
}
