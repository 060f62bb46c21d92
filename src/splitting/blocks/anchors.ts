import { type Ops, scaled } from '../../algebra/ops.ts';
import { activated, activationVariables, stateTarget, type Variables } from '../../problem/objective.ts';
import { curvatureOf, gammaOf, hasSkip, type Problem } from '../../problem/problem.ts';

/** The part of the subproblem of a hidden V_i that is total/2 ‖V − mean‖² up to a constant. */
export interface Anchors {
  readonly total: number;
  readonly reads: readonly string[];
  mean<T>(o: Ops<T>, x: Variables<T>): T;
}

/**
 * γ_i/2 ‖V − C‖² + κ/2 ‖V‖² + α/2 ‖V − V_i‖² + [γ_{i+1}/2 ‖V_{i+1} − σ(U_{i+1}) − V‖²]: C is what V_i is coupled to, κ the curvature
 * of a quadratic s, and the last term is that of a residual link above.
 */
export function anchorsOf(problem: Problem, layer: number, alpha: number): Anchors {
  const above = layer + 1;
  const [gamma, gammaAbove] = [gammaOf(problem, layer), gammaOf(problem, above)];
  const linked = hasSkip(problem, above);
  const curvature = curvatureOf(problem.stateRegularizer);
  const total = gamma + curvature + alpha + (linked ? gammaAbove : 0);
  return {
    total,
    reads: [...activationVariables(problem, layer), ...(linked ? [`V${above}`, `U${above}`] : [])],
    mean(o, x) {
      let mean = scaled(o, gamma / total, stateTarget(o, x, problem, layer));
      if (alpha > 0) mean = o.add(mean, scaled(o, alpha / total, x[`V${layer}`]!));
      if (linked) {
        const rest = o.sub(x[`V${above}`]!, activated(o, x, problem, above));
        mean = o.add(mean, scaled(o, gammaAbove / total, rest));
      }
      return mean;
    },
  };
}
