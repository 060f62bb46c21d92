import { type Ops, scaled } from '../algebra/ops.ts';
import { epsilon } from '../algebra/tensor.ts';

/** A smooth increasing σ at a point. */
export interface Evaluation<T> {
  readonly value: T;
  /** σ' > 0. */
  readonly slope: T;
  /** σ''/σ'. */
  readonly bend: T;
}

/** The problem (E.1) of ZLLY, f(u) = ½ (σ(u) − a)² + ρ/2 (u − b)² with ρ = penalty, for a smooth increasing σ. */
export interface SmoothProblem<T> {
  readonly a: T;
  readonly b: T;
  readonly penalty: number;
  sigma(u: T): Evaluation<T>;
}

/**
 * The global minimiser of (E.1) for a smooth increasing σ, given one start for each local minimum, of which there are at
 * most two. Each start descends alone; the lower of the two points where they end takes the last step. On a tie it is the first.
 *
 * With the residual m = a − σ(u),
 *   −f'(u) = σ' m + ρ (b − u),    f''(u) = ρ + σ' (σ' − m σ''/σ').
 * The minimiser lies between b and the point where σ reaches a: elsewhere both terms grow. Let a > σ(b), so that m > 0 to the
 * right of b; the other case is its mirror image. The activations show that f'' − ρ is there negative up to one point and
 * positive after it, with a single dip in the negative part. Hence f' rises, falls and rises again at most once, and f has at
 * most one local minimum on either side of the dip. Newton from b, where f' ≤ 0, increases monotonically to the left one: f' is
 * concave up to the dip, and a tangent of a concave function lies above it. For the right one each activation knows a point
 * near by. Where f is convex, both find the only minimum.
 */
export function lowerDescent<T>(
  o: Ops<T>,
  problem: SmoothProblem<T>,
  starts: readonly [first: T, second: T],
): T {
  const steps = stepsFor(o.epsilon, problem.penalty);
  const descend = (start: T): T => {
    let u = start;
    for (let step = 0; step < steps; step++) u = newton(o, problem, u);
    return u;
  };
  const [first, second] = [descend(starts[0]), descend(starts[1])];
  const better = o.less(cost(o, problem, second), cost(o, problem, first));
  return newton(o, problem, o.where(better, second, first));
}

/** How the prox is solved, for people. */
export const lowerDescentSolution: string = `Newton from 2 starts, ${stepsFor(epsilon.float32, 1)} steps in float32 and ${stepsFor(epsilon.float64, 1)} in float64; 1 more from the lower end`;

/**
 * Steps before the last one. Newton doubles the digits, except where the two minima merge, f' = f'' = f''' = 0: there each step
 * leaves 2/3 of the error and (2/3)⁴ ≈ 1/5 of the excess of f. Two steps for three decimal digits, less two for the good starts,
 * serve both: 3 in float32, 9 in float64. Where the penalty is small, σ is almost at its limit at the minimiser, and Newton
 * first walks there: σ' falls like e^{−2u} down to about √ρ.
 */
function stepsFor(unit: number, penalty: number): number {
  const digits = -Math.log10(unit);
  return Math.ceil((2 / 3) * digits) - 2 + Math.ceil(Math.max(0, -Math.log(penalty) / 2));
}

/**
 * u − f'/max(f'', |f'|): Newton's step where f is convex enough, and downhill by 1 at most everywhere else.
 * The tiny number keeps the divisor positive at a maximum of f.
 */
function newton<T>(o: Ops<T>, { a, b, penalty, sigma }: SmoothProblem<T>, u: T): T {
  const { value, slope, bend } = sigma(u);
  const m = o.sub(a, value);
  const down = o.add(o.mul(slope, m), scaled(o, penalty, o.sub(b, u)));
  const curvature = o.add(o.mul(slope, o.sub(slope, o.mul(m, bend))), o.scalar(penalty));
  const size = o.max(down, o.sub(o.scalar(penalty * 2 ** -20), down));
  return o.add(u, o.div(down, o.max(curvature, size)));
}

/** 2 f(u) − a²: with a² the rest would be lost in rounding. */
function cost<T>(o: Ops<T>, { a, b, penalty, sigma }: SmoothProblem<T>, u: T): T {
  const { value } = sigma(u);
  const move = o.sub(u, b);
  return o.sub(o.mul(scaled(o, penalty, move), move), o.mul(value, o.add(a, o.sub(a, value))));
}
