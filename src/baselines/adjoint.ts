import { absolute, type Ops } from '../algebra/ops.ts';
import { summed } from './broadcasting.ts';
import type { Shaped } from './shaped.ts';

/** A value of an expression, and how it came from what is differentiated. */
export interface Node<T> {
  readonly at: Shaped<T>;
  /** Whether it depends on a variable. */
  readonly varies: boolean;
  readonly edges: readonly Edge<T>[];
}

/** One operand of a result. */
export interface Edge<T> {
  readonly operand: Node<T>;
  /** The part of the operand's adjoint that comes from that of the result. */
  readonly pull: (adjoint: Adjoint<T>) => Adjoint<T>;
}

/** The derivative of what is differentiated by a value. */
export interface Adjoint<T> {
  /** Broadcasts to the shape of the value. */
  readonly g: Shaped<T>;
  /**
   * Whether a choice has made it 0 where something else was chosen. What a choice avoids may have an infinite slope or none,
   * and 0 times that shall be 0.
   */
  readonly chosen: boolean;
}

export type Pull<T> = (g: Shaped<T>) => Shaped<T>;

/** |g| below this counts as 0: the smallest normal number of float32. */
const vanishing = 2 ** -126;

/** The rules by which adjoints go from results to operands. */
export interface EdgeRules<T> {
  /** Element-wise, with a slope that is always finite. */
  passes(operand: Node<T>, result: Shaped<T>, pull: Pull<T>): Edge<T>;
  /** Element-wise, with a slope that may be infinite or none where the operand was not chosen. */
  scales(operand: Node<T>, result: Shaped<T>, pull: Pull<T>): Edge<T>;
  /** Element-wise, 0 where the operand was not chosen. */
  chooses(operand: Node<T>, result: Shaped<T>, pull: Pull<T>): Edge<T>;
  /** From one shape to another, every element by itself; `choosing` as in `chooses`. */
  moves(operand: Node<T>, pull: Pull<T>, choosing?: boolean): Edge<T>;
  /** Sums of many elements, chosen and others. */
  mixes(operand: Node<T>, pull: Pull<T>): Edge<T>;
}

export function edgeRules<T>(o: Ops<Shaped<T>>): EdgeRules<T> {
  const confined = (g: Shaped<T>, scaled: Shaped<T>): Shaped<T> =>
    o.where(o.less(absolute(o, g), o.scalar(vanishing)), o.scalar(0), scaled);
  return {
    passes: (operand, result, pull) => ({
      operand,
      pull: ({ g, chosen }) => ({ g: summed(o, pull(g), result, operand.at.shape), chosen }),
    }),
    scales: (operand, result, pull) => ({
      operand,
      pull({ g, chosen }) {
        const scaled = chosen ? confined(g, pull(g)) : pull(g);
        return { g: summed(o, scaled, result, operand.at.shape), chosen };
      },
    }),
    chooses: (operand, result, pull) => ({
      operand,
      pull: ({ g }) => ({ g: summed(o, pull(g), result, operand.at.shape), chosen: true }),
    }),
    moves: (operand, pull, choosing = false) => ({
      operand,
      pull: ({ g, chosen }) => ({ g: pull(g), chosen: chosen || choosing }),
    }),
    mixes: (operand, pull) => ({ operand, pull: ({ g }) => ({ g: pull(g), chosen: false }) }),
  };
}
