import { type Ops, scaled, squaredNorms, withZerosOf } from '../algebra/ops.ts';
import { slopeOf } from './activation.ts';
import { learnedInput } from './inputs.ts';
import { hiddenGradient } from './lifted.ts';
import {
  activated,
  activationGap,
  activationTarget,
  argument,
  linearGap,
  outputs,
  type Variables,
} from './objective.ts';
import {
  activationOf,
  depth,
  gammaOf,
  hasSkip,
  inputsOf,
  isLifted,
  type Problem,
  stateNames,
  weightRegularizerOf,
} from './problem.ts';
import { subgradientDistance } from './regularizer.ts';
import { nonnegative } from './regularizers/nonnegative.ts';
import { distanceToZero, type Interval } from './term.ts';

/**
 * dist(0, ∂_{V_i} L)² of each sample, `[n]`, from the subdifferential of the objective itself, so that it holds whatever
 * the order of the updates. With g_i the gap of V_i and e_i that of U_i:
 *   N:      ∂ℓ(V_N) + γ_N g_N;
 *   i < N:  ∂s(V_i) + γ_i g_i − γ_{i+1} [g_{i+1}] − γ_{i+1} e_{i+1} W_{i+1}             (2.5), [·] across a residual link (3.4);
 *           ∂s(V_i) + γ_i g_i − γ_{i+1} (g_{i+1} ⊙ σ′_{i+1}) W_{i+1}                    (2.3);
 *           `hiddenGradient` and the normal cone of V_i ≥ 0                              (lifted).
 */
export function stateDistance<T>(o: Ops<T>, x: Variables<T>, problem: Problem, layer: number): T {
  if (isLifted(problem)) {
    const states = stateNames(problem).map((name) => x[name]!);
    const slope = (inner: Ops<T>, z: T): T => problem.loss.subdifferential(inner, z, x.Y!).lower;
    const gradient = hiddenGradient(o, problem, x, slope)(o, states)[layer - 1]!;
    return subgradientDistance(o, nonnegative, 1, x[`V${layer}`]!, gradient);
  }
  const coupling = scaled(o, gammaOf(problem, layer), activationGap(o, x, problem, layer));
  if (layer === depth(problem))
    return distance(o, shift(o, problem.loss.subdifferential(o, x[`V${layer}`]!, x.Y!), coupling));
  const above = layer + 1;
  const gamma = gammaOf(problem, above);
  const linked = hasSkip(problem, above)
    ? o.sub(coupling, scaled(o, gamma, activationGap(o, x, problem, above)))
    : coupling;
  const smooth = o.product(backwardGap(o, x, problem, above), x[`W${above}`]!, {
    scale: -gamma,
    plus: linked,
  });
  const { term, weight } = problem.stateRegularizer;
  return subgradientDistance(o, term, weight, x[`V${layer}`]!, smooth);
}

/** What W_i carries down: the gap of U_i, or that of V_i, times σ′ where σ_i is neither lifted nor split off. */
function backwardGap<T>(o: Ops<T>, x: Variables<T>, problem: Problem, layer: number): T {
  if (problem.formulation === 'three-splitting') return linearGap(o, x, problem, layer);
  if (isLifted(problem))
    return layer < depth(problem)
      ? activationGap(o, x, problem, layer)
      : o.sub(o.scalar(0), problem.loss.subdifferential(o, outputs(o, x, problem), x.Y!).lower);
  const slope = slopeOf(o, activationOf(problem, layer), argument(o, x, problem, layer));
  return o.mul(activationGap(o, x, problem, layer), slope);
}

/** dist(0, ∂_{U_i} L)² of each sample: γ_i (σ_i(U_i) − V_i [+ V_{i−1}]) ξ + γ_i (U_i − W_i V_{i−1} − b_i), ξ ∈ ∂σ_i(U_i). */
export function preactivationDistance<T>(o: Ops<T>, x: Variables<T>, problem: Problem, layer: number): T {
  const gamma = gammaOf(problem, layer);
  const slopes = activationOf(problem, layer).subdifferential(o, x[`U${layer}`]!);
  const gap = o.sub(activated(o, x, problem, layer), activationTarget(o, x, problem, layer));
  const [one, other] = [o.mul(gap, slopes.lower), o.mul(gap, slopes.upper)];
  const linear = linearGap(o, x, problem, layer);
  return scaled(
    o,
    gamma * gamma,
    distance(o, shift(o, { lower: o.min(one, other), upper: o.max(one, other) }, linear)),
  );
}

/**
 * The sums over samples of which ∂_{W_i} L = ∂r(W_i) − γ_i Σ_j gap_j v_jᵀ and ∂_{b_i} L = −γ_i Σ_j gap_j are made; the gap is
 * that of U_i, or that of V_i times σ′.
 */
export function weightGradientSums<T>(
  o: Ops<T>,
  x: Variables<T>,
  problem: Problem,
  layer: number,
): { readonly W: T; readonly b: T } {
  const gap = backwardGap(o, x, problem, layer);
  const input = learnedInput(o, x, inputsOf(problem, layer));
  return { W: o.product(gap, input, { transposeA: true }), b: o.sum(gap, 0) };
}

/**
 * dist(0, ∂_{(W_i, b_i)} L)² of each row of W_i, `[d_i]`, from its value `W` and the sums `sumsW`, `sumsB`.
 */
export function weightDistance<T>(o: Ops<T>, x: Variables<T>, problem: Problem, layer: number): T {
  const { term, weight } = weightRegularizerOf(problem, layer);
  const gamma = gammaOf(problem, layer);
  const gradient = scaled(o, -gamma, x.sumsW!);
  const along = problem.keepsZeros ? withZerosOf(o, x.W!, gradient) : gradient;
  const rows = subgradientDistance(o, term, weight, x.W!, along);
  return o.add(rows, scaled(o, gamma * gamma, o.mul(x.sumsB!, x.sumsB!)));
}

function shift<T>(o: Ops<T>, { lower, upper }: Interval<T>, by: T): Interval<T> {
  return { lower: o.add(lower, by), upper: o.add(upper, by) };
}

function distance<T>(o: Ops<T>, interval: Interval<T>): T {
  return squaredNorms(o, distanceToZero(o, interval));
}
