import { type Ops, squaredNorms, totalOf } from '../../algebra/ops.ts';
import { hiddenGradient } from '../../problem/lifted.ts';
import type { Variables } from '../../problem/objective.ts';
import { type Problem, stateNames, weightNames } from '../../problem/problem.ts';
import { proximalWeight, type Relaxation, thetaOf } from '../relaxation.ts';
import type { Derived, JointBlock } from './block.ts';
import { curvatureName, hiddenCurvature } from './curvature.ts';

/** The residual of the optimality conditions of a sample over ρ and the way that it has gone: the relative error that proofs allow for. */
export const stateAccuracy = 0.1;
const mostRounds = 200;

/**
 * The Tikhonov regularised inverse problem of ZB Algorithm 1, all hidden states V = (V_1 … V_{N−1}) of a sample jointly:
 *   V* = argmin_{V ≥ 0} ℓ(W_N V_{N−1} + b_N; y) + Σ γ_n/2 ‖V_n − Σ_m W_{n,m} V_m − b_n‖² + ρ/2 ‖V − V⁻‖²,   V ← V⁻ + θ (V* − V⁻),
 * by accelerated projected gradient steps of one length 1/M, M = L + ρ the curvature of all samples, from V⁻:
 *   X⁺ = max(0, Z − ∇(Z)/M),   Z⁺ = X⁺ + β (X⁺ − X),   β = (1 − √q)/(1 + √q),   q = ρ/M
 * (Nesterov 2004, 2.2.4, constant scheme III; where ρ = 0, q = (1/200)²). A sample stands still from where the residual of its optimality
 * conditions has M ‖X⁺ − Z‖ ≤ 0.1 ρ ‖X⁺ − V⁻‖ (M/200 where ρ is less than that), or after 200 steps. Its states do not depend on the others.
 */
export function jointStatesBlock(
  problem: Problem,
  alpha: number,
  relaxation: Relaxation | undefined,
): JointBlock {
  const variables = stateNames(problem);
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
      hiddenCurvature(problem),
      perSweep('rho', (sweep) => proximalWeight(alpha, relaxation, sweep)),
      perSweep('theta', (sweep) => thetaOf(relaxation, sweep)),
    ],
    update<T>(o: Ops<T>, x: Variables<T>) {
      const one = o.scalar(1);
      const [rho, theta] = [x.rho!, x.theta!];
      const M = o.add(x[curvatureName]!, rho);
      const inverse = o.div(one, M);
      const root = o.sqrt(o.max(o.div(rho, M), o.scalar(mostRounds ** -2)));
      const beta = o.div(o.sub(one, root), o.add(one, root));
      const gradient = hiddenGradient(
        o,
        problem,
        x,
        (inner, z) => problem.loss.subdifferential(inner, z, x.Y!).lower,
      );
      const before = variables.map((name) => x[name]!);
      const count = before.length;
      const zero = o.scalar(0);
      const share = o.mul(o.scalar(stateAccuracy), o.max(o.div(rho, M), o.scalar(1 / mostRounds)));
      const tolerance = o.mul(share, share);
      const rounding = o.scalar((4 * o.epsilon) ** 2);
      /** Squared size of all states of each sample, `[n]`. */
      const size = (inner: Ops<T>, parts: readonly T[]): T =>
        parts.map((part) => squaredNorms(inner, part)).reduce((a, b) => inner.add(a, b));
      const none = size(o, [o.mul(zero, before[0]!)]);
      const start = [...before, ...before, o.add(none, one), none, none];
      const results = o.iterate(start, mostRounds, (inner, values) => {
        const [X, Z] = [values.slice(0, count), values.slice(count, 2 * count)];
        const [active, rounds, left] = values.slice(2 * count) as [T, T, T];
        const running = inner.less(zero, inner.column(active));
        const slopes = gradient(inner, Z);
        const next = Z.map((z, k) => {
          const slope = inner.add(slopes[k]!, inner.mul(rho, inner.sub(z, before[k]!)));
          return inner.relu(inner.sub(z, inner.mul(inverse, slope)));
        });
        const ahead = next.map((value, k) => inner.add(value, inner.mul(beta, inner.sub(value, X[k]!))));
        const step = size(
          inner,
          next.map((value, k) => inner.sub(value, Z[k]!)),
        );
        const way = size(
          inner,
          next.map((value, k) => inner.sub(value, before[k]!)),
        );
        const allowed = inner.add(inner.mul(tolerance, way), inner.mul(rounding, size(inner, next)));
        const goOn = inner.where(inner.less(allowed, step), active, zero);
        return {
          values: [
            ...next.map((value, k) => inner.where(running, value, X[k]!)),
            ...ahead.map((value, k) => inner.where(running, value, Z[k]!)),
            goOn,
            inner.add(rounds, inner.scalar(1)),
            inner.where(inner.less(zero, active), step, left),
          ],
          again: inner.less(zero, totalOf(inner, goOn)),
        };
      });
      const moved = variables.map((name, k): [string, T] => {
        const old = before[k]!;
        return [name, o.add(old, o.mul(theta, o.sub(results[k]!, old)))];
      });
      const [rounds, left] = results.slice(2 * count + 1) as [T, T];
      return { states: Object.fromEntries(moved), rounds, residual: o.mul(o.mul(M, M), left) };
    },
  };
}
