import { epsilon, type Precision } from '../algebra/tensor.ts';
import { gammaOf, inputsOf, layers, type Problem } from '../problem/problem.ts';
import type { SweepReport } from '../splitting/descent.ts';
import { type Alpha, alphaOf } from '../splitting/method.ts';
import type { Descent, Residual } from './record.ts';

/**
 * Rounding errors of a product, in units of the spacing of its numbers: a generous bound for sums of some thousand terms
 * added in blocks.
 */
const productErrors = 8;

/** Checks L(P^{k−1}) − L(P^k) ≥ a ‖P^k − P^{k−1}‖² (ZLLY Lemma 7), and tells rounding from a true violation. */
export function descentOf(
  problem: Problem,
  alpha: Alpha,
  precision: Precision,
  a: number,
  previous: number,
  objective: number,
  report: SweepReport,
): Descent {
  const decrease = previous - objective;
  const moved = total(report.movement);
  const rounding = roundingBound(problem, alpha, precision, previous, report);
  const margin = decrease - a * moved;
  return {
    decrease,
    movement: moved,
    movementOf: report.movement,
    ratio: moved === 0 ? Number.POSITIVE_INFINITY : decrease / moved,
    a,
    rounding,
    verdict: margin >= 0 ? 'holds' : margin >= -rounding ? 'rounding' : 'violated',
  };
}

/**
 * How much rounding can take from the descent of a sweep; κ = 8, ε the spacing of the precision.
 *
 * Gaps: with gaps r, errors e of the gaps, and S all U and V,
 *   |γ/2 ‖r + e‖² − γ/2 ‖r‖²| ≤ γ ‖r‖ ‖e‖ + γ/2 ‖e‖²,   ‖e‖ ≤ κ ε ‖S‖,   γ/2 ‖r‖² ≤ L;   the sum itself adds κ ε L.
 * Where there is no U, ‖(W_i, b_i)‖ ‖[V_{i−1} 1]‖ bounds what stands for it.
 * Weights: sums with errors E move the minimiser of a block with Hessian H ⪰ α I by H⁻¹E, which costs ½ ⟨E, H⁻¹E⟩ of its descent:
 *   ‖E_i‖² / (2 α_W),   ‖E_i‖ ≤ κ ε γ_i ‖[V_{i−1} 1]‖ (‖U_i‖ + ‖(W_i, b_i)‖ ‖[V_{i−1} 1]‖).
 */
export function roundingBound(
  problem: Problem,
  alpha: Alpha,
  precision: Precision,
  objective: number,
  { norms, samples }: Pick<SweepReport, 'norms' | 'samples'>,
): number {
  const relative = productErrors * epsilon[precision];
  const gamma = Math.max(...problem.gamma);
  const squares = (given: readonly number[]): number => given.reduce((sum, m) => sum + norms[`V${m}`]!, 0);
  const inputs = (i: number): number => Math.sqrt(squares(inputsOf(problem, i).learned) + samples);
  const products = (i: number): number =>
    Math.sqrt(norms[`W${i}`]!) * inputs(i) + Math.sqrt(squares(inputsOf(problem, i).added));
  const preactivations = (i: number): number => norms[`U${i}`] ?? products(i) ** 2;
  const states = layers(problem).reduce((sum, i) => sum + preactivations(i) + (norms[`V${i}`] ?? 0), 0);
  const error = relative * Math.sqrt(states);
  const gaps = Math.sqrt(2 * gamma * objective) * error + (gamma / 2) * error ** 2 + relative * objective;
  const weights = layers(problem).map((i) => {
    const outputs = Math.sqrt(preactivations(i)) + products(i);
    return (relative * gammaOf(problem, i) * inputs(i) * outputs) ** 2 / (2 * alphaOf(alpha.W, i));
  });
  return gaps + weights.reduce((sum, cost) => sum + cost, 0);
}

/** dist(0, ∂L(P^k)) with the bound of Lemma 8 and the running mean of Theorem 1 (c). */
export function residualOf(
  distances: Readonly<Record<string, number>>,
  relativeError: (bound: number) => number | undefined,
  report: SweepReport | undefined,
  /** B of Lemma 8: the largest `Stationarity.size` so far. */
  largestSize: number,
  earlier: readonly Residual[],
): Residual {
  const squared = total(distances);
  const distanceOf = Object.fromEntries(
    Object.entries(distances).map(([name, value]) => [name, Math.sqrt(value)]),
  );
  if (report === undefined) return { distance: Math.sqrt(squared), distanceOf };
  const sum = earlier.reduce((s, { distance }) => s + distance ** 2, 0) + squared;
  const constant = relativeError(largestSize);
  return {
    distance: Math.sqrt(squared),
    distanceOf,
    ...(constant !== undefined && { bound: constant * Math.sqrt(total(report.movement)) }),
    runningMean: sum / (earlier.length + 1),
  };
}

export function total(values: Readonly<Record<string, number>>): number {
  return Object.values(values).reduce((sum, value) => sum + value, 0);
}
