import { epsilon, type Precision } from '../algebra/tensor.ts';
import type { Problem } from '../problem/problem.ts';
import type { SweepReport } from '../splitting/descent.ts';
import type { Descent, Residual } from './record.ts';

/**
 * Rounding errors of a product, in units of the spacing of its numbers: a generous bound for sums of some thousand terms
 * added in blocks.
 */
const productErrors = 8;

/** Checks L(P^{k−1}) − L(P^k) ≥ a ‖P^k − P^{k−1}‖² (ZLLY Lemma 7), and tells rounding from a true violation. */
export function descentOf(
  problem: Problem,
  precision: Precision,
  a: number,
  previous: number,
  objective: number,
  { movement, norms }: SweepReport,
): Descent {
  const decrease = previous - objective;
  const moved = total(movement);
  const rounding = roundingBound(problem, precision, previous, norms);
  const margin = decrease - a * moved;
  return {
    decrease,
    movement: moved,
    movementOf: movement,
    ratio: moved === 0 ? Number.POSITIVE_INFINITY : decrease / moved,
    a,
    rounding,
    verdict: margin >= 0 ? 'holds' : margin >= -rounding ? 'rounding' : 'violated',
  };
}

/**
 * How much rounding of states and products can change the objective. With gaps r and errors e of the gaps,
 *   |γ/2 ‖r + e‖² − γ/2 ‖r‖²| ≤ γ ‖r‖ ‖e‖ + γ/2 ‖e‖²,   ‖e‖ ≤ κ ε ‖S‖,   γ/2 ‖r‖² ≤ L,
 * where S holds all U and V; κ = 8. The last term is the rounding of the sum itself.
 */
export function roundingBound(
  problem: Problem,
  precision: Precision,
  objective: number,
  norms: Readonly<Record<string, number>>,
): number {
  const gamma = Math.max(...problem.gamma);
  const states = total(Object.fromEntries(Object.entries(norms).filter(([name]) => !name.startsWith('W'))));
  const relative = productErrors * epsilon[precision];
  const error = relative * Math.sqrt(states);
  return Math.sqrt(2 * gamma * objective) * error + (gamma / 2) * error ** 2 + relative * objective;
}

/** dist(0, ∂L(P^k)) with the bound of Lemma 8 and the running mean of Theorem 1 (c). */
export function residualOf(
  distances: Readonly<Record<string, number>>,
  relativeError: (bound: number) => number,
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
  return {
    distance: Math.sqrt(squared),
    distanceOf,
    ...(relativeError === undefined
      ? {}
      : { bound: relativeError(largestSize) * Math.sqrt(total(report.movement)) }),
    runningMean: sum / (earlier.length + 1),
  };
}

export function total(values: Readonly<Record<string, number>>): number {
  return Object.values(values).reduce((sum, value) => sum + value, 0);
}
