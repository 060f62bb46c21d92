import type { SweepRecord } from './record.ts';

/** A straight line through log ‖P^k − P^{k−1}‖ over the tail, by least squares. */
export interface TailFit {
  readonly slope: number;
  readonly intercept: number;
  /** What the line leaves: the sum of squared differences of logarithms. */
  readonly residualSum: number;
  /** The share of the variance that the line explains, R². */
  readonly explained: number;
  /** By which share the slope differs between the halves of the tail; near 0 where the law holds. */
  readonly drift: number;
}

/** The sweeps that were fitted, and both laws. */
export interface Tail {
  readonly first: number;
  readonly last: number;
  /** log m_k against k: m_k ~ q^k with q = e^slope. */
  readonly geometric: TailFit;
  /** log m_k against log k: m_k ~ k^{−p} with p = −slope. */
  readonly power: TailFit;
}

/** A convergence regime of ZLLY Theorem 5 (c), as the tail of a run suggests it. */
export type Regime = {
  /** One sentence for people. */
  readonly sentence: string;
} & (
  | { readonly name: 'finite'; readonly sweep: number }
  | { readonly name: 'R-linear'; readonly rate: number; readonly tail: Tail }
  | { readonly name: 'sublinear'; readonly exponent: number; readonly theta: number; readonly tail: Tail }
  | { readonly name: 'undecided'; readonly reason: Doubt; readonly tail?: Tail }
);

/** Why no regime is named. */
export type Doubt =
  | 'too short'
  | 'rounding'
  | 'not falling'
  | 'indistinguishable'
  | 'not summable'
  | 'drifting';

/** The tail is half of a run, so that a run has this many sweeps to leave its fast start behind. */
const leastTail = 20;

/** Below this share of explained variance neither law describes the tail. */
const leastExplained = 0.95;

/** The better law leaves at most a quarter of what the other leaves: it misses by half as much. */
const leastAdvantage = 4;

/** A sum of many q^k looks like a power of k whose exponent grows; in measured runs it grew by 7 to 11 % within a tail. */
const mostDrift = 0.05;

/**
 * Estimates the regime of ZLLY Theorem 5 (c), θ the Kurdyka–Łojasiewicz exponent of L at the limit P*:
 *
 *   θ = 0          P^k = P* after finitely many sweeps,
 *   θ ∈ (0, 1/2]   ‖P^k − P*‖ ≤ C τ^k, τ < 1 (R-linear),
 *   θ ∈ (1/2, 1)   ‖P^k − P*‖ ≤ C k^{−(1−θ)/(2θ−1)} (sublinear).
 *
 * P* is unknown, but ‖P^k − P*‖ ≤ Σ_{j>k} m_j with m_j = ‖P^j − P^{j−1}‖, so the decay of m tells the rate:
 *
 *   m_k ~ q^k      Σ_{j>k} m_j ~ q^k, τ = q,
 *   m_k ~ k^{−p}   Σ_{j>k} m_j ~ k^{1−p} for p > 1; (1−θ)/(2θ−1) = p − 1 gives θ = p / (2p − 1).
 *
 * For p ≤ 1 the sum diverges, and Theorem 5 (a) says that such a tail cannot last. The theorem bounds from above: a run may
 * converge faster than its exponent asks for.
 *
 * Sweeps are taken up to the first whose descent is lost in rounding, since behind it a floor would bend q^k into the shape
 * of a power; the tail is the later half of them.
 */
export function regimeOf(records: readonly SweepRecord[]): Regime {
  const descents = records.flatMap(({ sweep, descent }) =>
    descent === undefined || descent.verdict === 'violated' ? [] : [{ sweep, ...descent }],
  );
  const lost = descents.findIndex(({ verdict }) => verdict === 'rounding');
  const kept = lost < 0 ? descents : descents.slice(0, lost);
  const moving = kept.filter(({ movement }) => movement > 0);
  const lastMove = moving.at(-1);
  const still = kept.find(({ sweep }) => sweep > (lastMove?.sweep ?? 0));
  /** A step that rounding could swallow may also have been swallowed: zeros behind it prove nothing. */
  const swallowed = lastMove !== undefined && lastMove.a * lastMove.movement <= lastMove.rounding;
  if (still !== undefined && !swallowed)
    return {
      name: 'finite',
      sweep: still.sweep,
      sentence: `From sweep ${still.sweep} on nothing moves: the run converged in finitely many sweeps, as far as its precision can tell.`,
    };
  const floor = descents[lost]?.sweep ?? still?.sweep;
  const tailMoves = moving.slice(Math.ceil(moving.length / 2));
  return tailMoves.length < leastTail ? tooShort(moving.length, floor) : judge(tailOf(tailMoves), floor);
}

function tooShort(sweeps: number, floor: number | undefined): Regime {
  const few = `too few to estimate how fast it converges (${2 * leastTail} are needed)`;
  return floor === undefined
    ? {
        name: 'undecided',
        reason: 'too short',
        sentence: `The run moved in ${counted(sweeps)}, ${few}.`,
      }
    : {
        name: 'undecided',
        reason: 'rounding',
        sentence: `From sweep ${floor} on the descent is lost in rounding; before, the run moved in ${counted(sweeps)}, ${few}.`,
      };
}

function tailOf(moves: readonly { readonly sweep: number; readonly movement: number }[]): Tail {
  const sweeps = moves.map(({ sweep }) => sweep);
  const logarithms = moves.map(({ movement }) => Math.log(movement) / 2);
  return {
    first: sweeps[0]!,
    last: sweeps.at(-1)!,
    geometric: fit(sweeps, logarithms),
    power: fit(sweeps.map(Math.log), logarithms),
  };
}

function judge(tail: Tail, floor: number | undefined): Regime {
  const { first, last, geometric, power } = tail;
  const rounding = floor === undefined ? '' : ` (from sweep ${floor} on, descent is lost in rounding)`;
  const over = `Over sweeps ${first} to ${last}${rounding} the movement`;
  const estimate = 'an estimate from these sweeps, not a proof.';
  const undecided = (reason: Doubt, finding: string): Regime => ({
    name: 'undecided',
    reason,
    tail,
    sentence: `${over} ${finding}; how fast the run converges is undecided.`,
  });
  const isPower = power.residualSum < geometric.residualSum;
  const [better, worse] = isPower ? [power, geometric] : [geometric, power];
  /** The comparison is false for the NaN of a constant tail too. */
  if (!(better.slope < 0 && better.explained >= leastExplained))
    return undecided('not falling', 'does not fall steadily');
  if (worse.residualSum < leastAdvantage * better.residualSum)
    return undecided('indistinguishable', 'fits a geometric law and a power law about equally well');
  const exponent = -power.slope;
  const law = isPower ? `fell like k^−${exponent.toFixed(2)}` : `fell like ${rateText(geometric.slope)}^k`;
  if (isPower && exponent <= 1) return undecided('not summable', `${law}, too slow to have a finite sum`);
  if (Math.abs(better.drift) > mostDrift) {
    const trend = better.drift > 0 ? 'faster' : 'slower';
    return undecided('drifting', `${law} on the whole, but ${trend} in the later half`);
  }
  if (!isPower)
    return {
      name: 'R-linear',
      rate: Math.exp(geometric.slope),
      tail,
      sentence: `${over} ${law}, which is R-linear convergence: ${estimate}`,
    };
  const theta = exponent / (2 * exponent - 1);
  return {
    name: 'sublinear',
    exponent,
    theta,
    tail,
    sentence:
      `${over} ${law}, and so the distance to the limit like k^−${(exponent - 1).toFixed(2)}, which is sublinear ` +
      `convergence as with a KŁ exponent of ${theta.toFixed(2)}: ${estimate}`,
  };
}

/** q = e^slope with two digits of 1 − q: 0.80, 0.950, 0.9987. */
function rateText(slope: number): string {
  return Math.exp(slope).toFixed(Math.max(2, 1 - Math.floor(Math.log10(-Math.expm1(slope)))));
}

function counted(sweeps: number): string {
  return `${sweeps} sweep${sweeps === 1 ? '' : 's'}`;
}

function fit(x: readonly number[], y: readonly number[]): TailFit {
  const line = leastSquares(x, y);
  const half = Math.floor(x.length / 2);
  const [earlier, later] = [
    leastSquares(x.slice(0, half), y.slice(0, half)),
    leastSquares(x.slice(half), y.slice(half)),
  ];
  return { ...line, drift: (later.slope - earlier.slope) / line.slope };
}

function leastSquares(x: readonly number[], y: readonly number[]): Omit<TailFit, 'drift'> {
  const [meanX, meanY] = [mean(x), mean(y)];
  const dx = x.map((value) => value - meanX);
  const dy = y.map((value) => value - meanY);
  const slope = dot(dx, dy) / dot(dx, dx);
  const misses = dy.map((value, i) => value - slope * dx[i]!);
  const residualSum = dot(misses, misses);
  return {
    slope,
    intercept: meanY - slope * meanX,
    residualSum,
    explained: 1 - residualSum / dot(dy, dy),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function dot(x: readonly number[], y: readonly number[]): number {
  return x.reduce((sum, value, i) => sum + value * y[i]!, 0);
}
