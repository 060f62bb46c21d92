import type { Ops } from '../algebra/ops.ts';

/** The interval of slopes of a function of one variable at a point; both ends are equal where it is smooth. */
export interface Interval<T> {
  readonly lower: T;
  readonly upper: T;
}

/** The slope of a function at a point where it is smooth. */
export function oneSlope<T>(slope: T): Interval<T> {
  return { lower: slope, upper: slope };
}

/** Assumption 1 (d) of ZLLY: every term is one of the two. */
export type Definability = 'real analytic' | 'semialgebraic';

/** Facts that methods ask of a loss or a regularizer and that the theory's assumptions are checked against. */
export interface Properties {
  readonly convex: boolean;
  readonly smooth: boolean;
  readonly nonnegative: boolean;
  readonly definability: Definability;
}

/** What every loss, activation and regularizer has; its file name is its registered name. */
export interface Term {
  readonly name: string;
  /** One line for people: the formula in plain text. */
  readonly formula: string;
  /** One line for people: how its prox is solved, in closed form or by how many steps of what. */
  readonly solution: string;
  readonly reference: string;
}

/** Terms that differ by numbers, such as `box(lo,hi)`. The registered member is the one with the default numbers. */
export interface Family<Member extends Term> {
  /** Names of the numbers, in order; a last name that ends in … stands for any number of them. */
  readonly parameters: readonly string[];
  /** One line for people: which numbers are admissible, and those of the registered member. */
  readonly admissible: string;
  /**
   * The member with these numbers, one for each parameter; its name repeats them, `box(-1,1)`.
   * @throws UserError when a number is not admissible.
   */
  make(...values: readonly number[]): Member;
}

/** |interval| distance of 0 to [lower, upper] + shift. */
export function distanceToZero<T>(o: Ops<T>, { lower, upper }: Interval<T>): T {
  return o.max(o.relu(lower), o.relu(o.sub(o.scalar(0), upper)));
}
