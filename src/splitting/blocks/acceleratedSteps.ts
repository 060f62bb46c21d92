import { normOf, type Ops, totalOf } from '../../algebra/ops.ts';

/** Steps that an iteration may take. */
export const mostRounds = 200;

/** A problem for each sample, strongly convex, with values of all samples in the parts of a variable, `[n, d_k]`. */
export interface Accelerated<T> {
  readonly start: readonly T[];
  /** μ ≥ 0: how strongly convex it is; rank 0. */
  readonly strength: T;
  /** M: the curvature of what a step linearises, over which the step is 1/M; rank 0. */
  readonly curvature: T;
  /** The proximal gradient step from Z, and, `[n]`, the residual of its own subproblem where that is not solved exactly. */
  step(inner: Ops<T>, Z: readonly T[]): { readonly next: readonly T[]; readonly error?: T };
  /** The residual, `[n]`, at which a sample may stand still. */
  allowed(inner: Ops<T>, X: readonly T[]): T;
}

/**
 * Accelerated proximal gradient steps, X⁺ that of `step` from Z and
 *   Z⁺ = X⁺ + β (X⁺ − X),   β = (1 − √q)/(1 + √q),   q = μ/M, at least (1/200)²
 * (Nesterov 2004, 2.2.4, constant scheme III). The residual of the optimality conditions at X⁺ is at most M ‖X⁺ − Z‖ and that of the step.
 * A sample where it is allowed keeps its X⁺, whatever the others do.
 * @returns X, and for each sample, `[n]`, the rounds that it saw and the residual that is left.
 */
export function acceleratedSteps<T>(
  o: Ops<T>,
  { start, strength, curvature, step, allowed }: Accelerated<T>,
): { readonly values: T[]; readonly rounds: T; readonly left: T } {
  const [zero, one] = [o.scalar(0), o.scalar(1)];
  const root = o.sqrt(o.max(o.div(strength, curvature), o.scalar(mostRounds ** -2)));
  const beta = o.div(o.sub(one, root), o.add(one, root));
  const count = start.length;
  const none = o.mul(zero, o.sum(start[0]!, 1));
  const results = o.iterate(
    [...start, ...start, o.add(none, one), none, none],
    mostRounds,
    (inner, values) => {
      const [X, Z] = [values.slice(0, count), values.slice(count, 2 * count)];
      const [active, rounds, left] = values.slice(2 * count) as [T, T, T];
      const running = inner.column(active);
      const { next, error } = step(inner, Z);
      const moved = next.map((value, k) => inner.sub(value, Z[k]!));
      const gradient = inner.mul(curvature, normOf(inner, moved));
      const residual = error === undefined ? gradient : inner.add(gradient, error);
      const goOn = inner.where(inner.less(allowed(inner, next), residual), active, zero);
      const kept = next.map((value, k) => inner.where(inner.less(zero, running), value, X[k]!));
      // Where a sample stands still X is as it was, and Z becomes X.
      const ahead = inner.mul(beta, inner.column(goOn));
      return {
        values: [
          ...kept,
          ...kept.map((value, k) => inner.add(value, inner.mul(ahead, inner.sub(value, X[k]!)))),
          goOn,
          inner.add(rounds, inner.scalar(1)),
          inner.where(inner.less(zero, active), residual, left),
        ],
        again: inner.less(zero, totalOf(inner, goOn)),
      };
    },
  );
  const [rounds, left] = results.slice(2 * count + 1) as [T, T];
  return { values: results.slice(0, count), rounds, left };
}
