import type { Ops } from '../algebra/ops.ts';

/** The interval of slopes of a function of one variable at a point; both ends are equal where it is smooth. */
export interface Interval<T> {
  readonly lower: T;
  readonly upper: T;
}

/** Facts that methods ask of a term and that the theory's assumptions are checked against. */
export interface Properties {
  readonly convex: boolean;
  readonly smooth: boolean;
  readonly nonnegative: boolean;
}

/** What every loss, activation and regularizer has; its file name is its registered name. */
export interface Term {
  readonly name: string;
  /** One line for people: the formula in plain text. */
  readonly formula: string;
  readonly reference: string;
}

/** |interval| distance of 0 to [lower, upper] + shift. */
export function distanceToZero<T>(o: Ops<T>, { lower, upper }: Interval<T>): T {
  return o.max(o.relu(lower), o.relu(o.sub(o.scalar(0), upper)));
}
