import { normOf, type Ops } from '../../algebra/ops.ts';
import { couplingGradient, lossGradient, readByLoss } from '../../problem/lifted.ts';
import type { Variables } from '../../problem/objective.ts';
import { type Problem, stateNames, weightNames } from '../../problem/problem.ts';
import { proximalWeight, type Relaxation, thetaOf } from '../relaxation.ts';
import { acceleratedSteps, mostRounds } from './acceleratedSteps.ts';
import type { Derived, JointBlock } from './block.ts';
import { curvatureName, hiddenCurvature } from './curvature.ts';

/** The residual of the optimality conditions of a sample over ρ and the way that it has gone: what half of the descent can pay for. */
export const stateAccuracy = 0.5;
/** The part of it that is left to the steps inside of a step. */
const innerShare = 0.2;
/** Units of rounding, of a vector, that no step can be asked to be below. */
const roundingUnits = 4;

/**
 * The Tikhonov regularised inverse problem of ZB Algorithm 1, all hidden states V = (V_1 … V_{N−1}) of a sample jointly:
 *   V* = argmin_{V ≥ 0} ℓ(W_N V_{N−1} + b_N; y) + q(V) + ρ/2 ‖V − V⁻‖²,   V ← V⁻ + θ (V* − V⁻),
 *   q(V) = Σ γ_n/2 ‖V_n − Σ_m W_{n,m} V_m − b_n‖²,
 * by accelerated proximal gradient steps (`acceleratedSteps`) from V⁻. The couplings are costly and their curvature L_q is small, the loss
 * is cheap, of rank d_N, and may be curved a hundred times as much; so only the couplings are linearised, M = L_q + ρ:
 *   X⁺ = argmin_{X ≥ 0} ℓ(W_N X_{N−1} + b_N; y) + M/2 ‖X − (Z − (∇q(Z) + ρ (Z − V⁻))/M)‖²,
 * which is max(0, ·) for the layers that the loss does not read, and for the others a small problem for steps of the same kind, with
 * M + L_ℓ and no product wider than the outputs.
 *
 * X⁺ has the residual r = M ‖X⁺ − Z‖ + M_ℓ ‖its own last step‖ of the optimality conditions at most. A sample stands still from where
 * r ≤ ½ ρ ‖X⁺ − V⁻‖ (M/200 for ρ where ρ is less than that), or after 200 steps; its states do not depend on the others. The whole is
 * ρ-strongly convex, so that φ = ℓ + q falls by φ(V⁻) − φ(X) ≥ ρ ‖X − V⁻‖² − r ‖X − V⁻‖ ≥ ρ/2 ‖X − V⁻‖² where r ≤ ½ ρ ‖X − V⁻‖.
 */
export function jointStatesBlock(
  problem: Problem,
  alpha: number,
  relaxation: Relaxation | undefined,
): JointBlock {
  const variables = stateNames(problem);
  const read = readByLoss(problem);
  const perSweep = (name: string, value: (sweep: number) => number): Derived => ({
    name,
    shape: [],
    from: [],
    prepare: async () => async (_, sweep) => ({ shape: [], data: Float64Array.of(value(sweep)) }),
  });
  return {
    kind: 'states',
    name: 'V',
    variables,
    reads: ['V0', ...variables, ...weightNames(problem), 'Y'],
    derived: [
      hiddenCurvature(problem, 'couplings'),
      hiddenCurvature(problem, 'loss'),
      perSweep('rho', (sweep) => proximalWeight(alpha, relaxation, sweep)),
      perSweep('theta', (sweep) => thetaOf(relaxation, sweep)),
    ],
    update<T>(o: Ops<T>, x: Variables<T>) {
      const [rho, theta] = [x.rho!, x.theta!];
      const M = o.add(x[curvatureName('couplings')]!, rho);
      const inverse = o.div(o.scalar(1), M);
      const steepest = o.add(M, x[curvatureName('loss')]!);
      const steepestInverse = o.div(o.scalar(1), steepest);
      const couplings = couplingGradient(o, problem, x);
      const loss = lossGradient(
        o,
        problem,
        x,
        (inner, z) => problem.loss.subdifferential(inner, z, x.Y!).lower,
      );
      const before = variables.map((name) => x[name]!);
      const floor = o.mul(o.scalar(roundingUnits * o.epsilon), o.mul(o.add(M, steepest), normOf(o, before)));
      const relative = o.mul(o.scalar(stateAccuracy), o.max(rho, o.mul(M, o.scalar(1 / mostRounds))));
      /** Of states X, some or all, that began at `from`. */
      const allowed = (inner: Ops<T>, X: readonly T[], from: readonly T[]): T => {
        const way = X.map((value, k) => inner.sub(value, from[k]!));
        return inner.add(inner.mul(relative, normOf(inner, way)), floor);
      };

      /** argmin_{X ≥ 0} ℓ + M/2 ‖X − goal‖², from Z, and what is left of its optimality conditions. */
      const lossProx = (
        inner: Ops<T>,
        goal: readonly T[],
        Z: readonly T[],
      ): { readonly values: T[]; readonly left: T } => {
        const solved = goal.flatMap((_, k) => (read[k] ? [k] : []));
        const spread = (parts: readonly T[]): T[] => goal.map((_, k) => parts[solved.indexOf(k)] ?? Z[k]!);
        const { values, left } = acceleratedSteps(inner, {
          start: solved.map((k) => Z[k]!),
          strength: M,
          curvature: steepest,
          step: (o2, parts) => {
            const slopes = loss(o2, spread(parts));
            const next = solved.map((k, i) => {
              const slope = o2.add(slopes[k]!, o2.mul(M, o2.sub(parts[i]!, goal[k]!)));
              return o2.relu(o2.sub(parts[i]!, o2.mul(steepestInverse, slope)));
            });
            return { next };
          },
          allowed: (o2, parts) => {
            const from = solved.map((k) => before[k]!);
            return o2.mul(o2.scalar(innerShare), allowed(o2, parts, from));
          },
        });
        return { values: goal.map((p, k) => values[solved.indexOf(k)] ?? inner.relu(p)), left };
      };

      const { values, rounds, left } = acceleratedSteps(o, {
        start: before,
        strength: rho,
        curvature: M,
        step: (inner, Z) => {
          const slopes = couplings(inner, Z);
          const goal = Z.map((z, k) => {
            const slope = inner.add(slopes[k]!, inner.mul(rho, inner.sub(z, before[k]!)));
            return inner.sub(z, inner.mul(inverse, slope));
          });
          const { values: next, left: error } = lossProx(inner, goal, Z);
          return { next, error };
        },
        allowed: (inner, X) => allowed(inner, X, before),
      });
      const moved = variables.map((name, k): [string, T] => {
        const old = before[k]!;
        return [name, o.add(old, o.mul(theta, o.sub(values[k]!, old)))];
      });
      return { states: Object.fromEntries(moved), rounds, residual: o.mul(left, left) };
    },
  };
}
