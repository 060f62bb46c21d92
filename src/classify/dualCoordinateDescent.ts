import { shuffler } from '../algebra/random.ts';
import type { FeatureRows } from './featureRows.ts';

/** ξ of a margin m = y (⟨w, x⟩ + b): max(0, 1 − m), or its square. */
export type HingeLoss = 'hinge' | 'squaredHinge';

/**
 * A linear support vector machine of two classes, y_i = ±1, with the bias as the weight of a feature that is always 1, regularised
 * as all others; x̃ = (x, 1), w̃ = (w, b):
 *
 *   primal   min P(w̃) = ½‖w̃‖² + C Σ_i ξ(y_i ⟨w̃, x̃_i⟩)
 *   dual     max D(α) = Σ_i α_i − ½‖w̃(α)‖² − δ/2 Σ_i α_i²,   w̃(α) = Σ_i α_i y_i x̃_i,   0 ≤ α_i ≤ U
 *
 * with δ = 0, U = C for the hinge and δ = 1/(2C), U = ∞ for its square. D(α) ≤ P(w̃) always, with equality at the solution.
 */
export interface BinaryProblem {
  readonly features: FeatureRows;
  /** The rows that are samples of the problem. */
  readonly samples: Uint32Array;
  /** y, ±1, by row of the features. */
  readonly signs: Int8Array;
  readonly loss: HingeLoss;
  /** C > 0. */
  readonly C: number;
}

export interface DescentSettings {
  /** Stop when the violations of all α_i lie within an interval of this length: ε of LIBLINEAR. */
  readonly tolerance: number;
  /** Rounds at most. */
  readonly roundLimit: number;
  readonly seed: number;
  /** Leave out samples that are likely to stay at a bound. */
  readonly shrinking: boolean;
  /** α to begin at, feasible, by row of the features; 0 without it. */
  readonly start?: Float64Array;
}

export interface BinarySolution {
  /** w̃ = (w, b), `[d + 1]`. */
  readonly weights: Float64Array;
  /** α, by row of the features. */
  readonly alpha: Float64Array;
  /** P(w̃). */
  readonly primal: number;
  /** D(α). */
  readonly dual: number;
  /** Rounds over the samples that were not left out. */
  readonly rounds: number;
  readonly status: 'converged' | 'round limit';
}

/** |projected gradient| below which α_i is not worth an update; that of LIBLINEAR. */
const negligible = 1e-12;

/**
 * Dual coordinate descent: one α_i at a time moves to the maximiser of D along it, w̃(α) kept up to date,
 *
 *   α_i ← min(max(α_i − G_i / Q_i, 0), U),   G_i = y_i ⟨w̃, x̃_i⟩ − 1 + δ α_i,   Q_i = ‖x̃_i‖² + δ,
 *
 * in a new random order each round. The violation of α_i is its projected gradient, G_i without what points out of [0, U]. Samples at
 * a bound whose gradient points out further than the largest violation of the last round are left out until all others are within
 * the tolerance, which is then checked on all of them (Hsieh, Chang, Lin, Keerthi & Sundararajan 2008, Algorithm 3).
 */
export function dualCoordinateDescent(
  { features, samples, signs, loss, C }: BinaryProblem,
  { tolerance, roundLimit, seed, shrinking, start }: DescentSettings,
): BinarySolution {
  const { width } = features;
  const [delta, upper] = loss === 'hinge' ? [0, C] : [1 / (2 * C), Number.POSITIVE_INFINITY];
  const alpha = start ? start.slice() : new Float64Array(features.count);
  const weights = new Float64Array(width + 1);
  const curvatures = new Float64Array(features.count);
  for (const i of samples) {
    curvatures[i] = features.squaredNorm(i) + 1 + delta;
    if (alpha[i] !== 0) addSample(i, alpha[i]! * signs[i]!);
  }

  function addSample(i: number, factor: number): void {
    features.add(i, factor, weights);
    weights[width]! += factor;
  }

  const shuffle = shuffler(seed);
  const order = samples.slice();
  let active = order.length;
  let [highest, lowest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let status: BinarySolution['status'] = 'round limit';
  let rounds = 0;
  while (rounds < roundLimit) {
    rounds++;
    shuffle(order, active);
    let [high, low] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let s = 0; s < active; s++) {
      const i = order[s]!;
      const sign = signs[i]!;
      const old = alpha[i]!;
      const gradient = sign * (features.dot(i, weights) + weights[width]!) - 1 + delta * old;
      let violation = gradient;
      if (old === 0) {
        if (gradient > highest && shrinking) {
          leaveOut(s--);
          continue;
        }
        violation = Math.min(gradient, 0);
      } else if (old === upper) {
        if (gradient < lowest && shrinking) {
          leaveOut(s--);
          continue;
        }
        violation = Math.max(gradient, 0);
      }
      if (violation > high) high = violation;
      if (violation < low) low = violation;
      if (Math.abs(violation) <= negligible) continue;
      const moved = Math.min(Math.max(old - gradient / curvatures[i]!, 0), upper);
      alpha[i] = moved;
      addSample(i, (moved - old) * sign);
    }
    if (high - low <= tolerance) {
      if (active === order.length) {
        status = 'converged';
        break;
      }
      active = order.length;
      [highest, lowest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    } else {
      highest = high > 0 ? high : Number.POSITIVE_INFINITY;
      lowest = low < 0 ? low : Number.NEGATIVE_INFINITY;
    }
  }

  /** Behind the samples that take part. */
  function leaveOut(position: number): void {
    active--;
    [order[position], order[active]] = [order[active]!, order[position]!];
  }

  return { weights, alpha, rounds, status, ...objectives() };

  function objectives(): Pick<BinarySolution, 'primal' | 'dual'> {
    let [losses, linear, squares, norm] = [0, 0, 0, 0];
    for (const i of samples) {
      const slack = Math.max(0, 1 - signs[i]! * (features.dot(i, weights) + weights[width]!));
      losses += loss === 'hinge' ? slack : slack * slack;
      linear += alpha[i]!;
      squares += alpha[i]! ** 2;
    }
    for (const w of weights) norm += w * w;
    return { primal: norm / 2 + C * losses, dual: linear - norm / 2 - (delta / 2) * squares };
  }
}
