import { type Ops, scaled } from '../../algebra/ops.ts';
import type { Variables } from '../../problem/objective.ts';
import { depth, gammaOf, type Problem } from '../../problem/problem.ts';
import type { StateBlock } from './block.ts';

/**
 * V_N ← argmin ℓ(V; Y) + γ/2 ‖V − U_N‖² + α/2 ‖V − V_N‖²   (ZLLY Algorithm 2):
 * the prox of ℓ with step 1/(γ + α) at (γ U_N + α V_N)/(γ + α).
 */
export function outputStateBlock(problem: Problem, alpha: number): StateBlock {
  const N = depth(problem);
  const [name, below] = [`V${N}`, `U${N}`];
  const total = gammaOf(problem, N) + alpha;
  return {
    kind: 'state',
    name,
    reads: [name, below, 'Y'],
    update: <T>(o: Ops<T>, x: Variables<T>): T => {
      const centre = o.add(
        scaled(o, gammaOf(problem, N) / total, x[below]!),
        scaled(o, alpha / total, x[name]!),
      );
      return problem.loss.prox(o, o.name(centre, `centre of ${name}`), x.Y!, 1 / total);
    },
  };
}
