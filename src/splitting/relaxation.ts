import { UserError } from '../algebra/errors.ts';

/** The sequence θ_t of ZB Algorithm 1: how far a block goes towards the minimiser of its subproblem, t = 1, 2, … */
export interface Relaxation {
  /** As it was given, such as `1/t^2`. */
  readonly name: string;
  /** θ_t, 0 ≤ θ_t ≤ 1. */
  at(sweep: number): number;
  /** Whether Σ_{k ≥ t} θ_k/(1 − θ_k) tends to 0, the condition of ZB Theorem 1. */
  readonly summable: boolean;
}

/**
 * `1/t^2` (any power above 0), `0.5`, `max(1/t^2,0.1)`, or numbers one by one, `1,0.5,0.25`, of which the last holds from there on.
 * @throws UserError where it cannot be read or leaves [0, 1].
 */
export function relaxationNamed(name: string): Relaxation {
  const wrong = (): UserError =>
    new UserError(
      `"${name}" is not a sequence theta_t from 0 to 1: give a number such as 0.5, a power such as 1/t^2, max(1/t^2,0.1), or numbers one by one such as 1,0.5,0.25.`,
    );
  const text = name.replace(/\s+/g, '');
  const number = String.raw`\d+(?:\.\d+)?`;
  const power = new RegExp(`^1/t(?:\\^(${number}))?$`).exec(text);
  if (power) {
    const p = Number(power[1] ?? 1);
    if (p === 0) throw wrong();
    return { name, at: (t) => t ** -p, summable: p > 1 };
  }
  const floor = new RegExp(`^max\\(1/t(?:\\^(${number}))?,(${number})\\)$`).exec(text);
  if (floor) {
    const [p, least] = [Number(floor[1] ?? 1), Number(floor[2])];
    if (p === 0 || least > 1) throw wrong();
    return { name, at: (t) => Math.max(t ** -p, least), summable: least === 0 && p > 1 };
  }
  const values = text.split(',').map((part) => (part === '' ? Number.NaN : Number(part)));
  if (!values.every((value) => value >= 0 && value <= 1)) throw wrong();
  const last = values.at(-1)!;
  return { name, at: (t) => values[t - 1] ?? last, summable: last === 0 };
}

/** θ_t, and 1 where steps are taken whole. */
export function thetaOf(relaxation: Relaxation | undefined, sweep: number): number {
  return relaxation?.at(sweep) ?? 1;
}

/** Without any proximal term, as at θ_1 = 1, inputs that are 0 in every sample would leave their weights undetermined. */
const leastShare = 1e-4;

/**
 * ρ_t: the weight of the proximal term of a sweep, α (1 − θ_t)² as Algorithm 1 prints it, and α/10⁴ at least. A step that is taken whole by choice keeps α,
 * the proximal block coordinate descent of ZLLY.
 */
export function proximalWeight(alpha: number, relaxation: Relaxation | undefined, sweep: number): number {
  return relaxation === undefined ? alpha : alpha * Math.max((1 - relaxation.at(sweep)) ** 2, leastShare);
}
