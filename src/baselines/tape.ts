import { type Ops, type ProductOptions, scaled } from '../algebra/ops.ts';
import { type Adjoint, type Edge, type EdgeRules, edgeRules, type Node, type Pull } from './adjoint.ts';
import { expanded } from './broadcasting.ts';
import type { Shaped } from './shaped.ts';

/**
 * The `Ops` interpreter that computes with another and keeps on a tape what it did, for the derivative in reverse
 * (Griewank and Walther 2008, chapter 3). The rules of the adjoints are written in `Ops` too: a graph gives a graph.
 *
 * At kinks `max` and `min` have the slope of their second operand. So max(0, a) has the slope 0 at 0, max(a, s a) has s and
 * |a| = max(a, −a) has −1, the one with which max(0, a) + log(1 + e^{−|a|}) has its derivative ½ there. The largest elements
 * of a row that tie share the adjoint of `largest` equally, with which the softmax has its derivative at ties.
 */
export class Tape<T> implements Ops<Node<T>> {
  readonly epsilon: number;
  readonly #o: Ops<Shaped<T>>;
  readonly #rules: EdgeRules<T>;
  readonly #nodes: Node<T>[] = [];

  constructor(o: Ops<Shaped<T>>) {
    this.epsilon = o.epsilon;
    this.#o = o;
    this.#rules = edgeRules(o);
  }

  /** A value that is not differentiated by. */
  constant(at: Shaped<T>): Node<T> {
    return { at, varies: false, edges: [] };
  }

  /** A value that is differentiated by. */
  variable(at: Shaped<T>): Node<T> {
    return { at, varies: true, edges: [] };
  }

  /** The derivatives of the sum of all elements of `result` by these variables. */
  gradients(result: Node<T>, variables: readonly Node<T>[]): Shaped<T>[] {
    const o = this.#o;
    const adjoints = new Map<Node<T>, Adjoint<T>>([[result, { g: o.scalar(1), chosen: false }]]);
    for (const node of this.#nodes.toReversed()) {
      const adjoint = adjoints.get(node);
      if (adjoint === undefined) continue;
      for (const { operand, pull } of node.edges) {
        const [part, others] = [pull(adjoint), adjoints.get(operand)];
        adjoints.set(
          operand,
          others ? { g: o.add(others.g, part.g), chosen: others.chosen || part.chosen } : part,
        );
      }
    }
    return variables.map((variable) => expanded(o, adjoints.get(variable)?.g ?? o.scalar(0), variable.at));
  }

  scalar(value: number): Node<T> {
    return this.constant(this.#o.scalar(value));
  }

  identity(like: Node<T>): Node<T> {
    return this.constant(this.#o.identity(like.at));
  }

  add(a: Node<T>, b: Node<T>): Node<T> {
    const { passes } = this.#rules;
    const at = this.#o.add(a.at, b.at);
    return this.#record(at, [passes(a, at, (g) => g), passes(b, at, (g) => g)]);
  }

  sub(a: Node<T>, b: Node<T>): Node<T> {
    const { passes } = this.#rules;
    const at = this.#o.sub(a.at, b.at);
    return this.#record(at, [passes(a, at, (g) => g), passes(b, at, (g) => this.#negative(g))]);
  }

  mul(a: Node<T>, b: Node<T>): Node<T> {
    const [o, { scales }] = [this.#o, this.#rules];
    const at = o.mul(a.at, b.at);
    return this.#record(at, [scales(a, at, (g) => o.mul(g, b.at)), scales(b, at, (g) => o.mul(g, a.at))]);
  }

  /** q = a/b: ∂q/∂a = 1/b, ∂q/∂b = −q/b. */
  div(a: Node<T>, b: Node<T>): Node<T> {
    const [o, { scales }] = [this.#o, this.#rules];
    const at = o.div(a.at, b.at);
    return this.#record(at, [
      scales(a, at, (g) => o.div(g, b.at)),
      scales(b, at, (g) => o.div(o.mul(this.#negative(g), at), b.at)),
    ]);
  }

  max(a: Node<T>, b: Node<T>): Node<T> {
    const o = this.#o;
    return this.#choice(o.max(a.at, b.at), o.less(b.at, a.at), a, b);
  }

  min(a: Node<T>, b: Node<T>): Node<T> {
    const o = this.#o;
    return this.#choice(o.min(a.at, b.at), o.less(a.at, b.at), a, b);
  }

  relu(a: Node<T>): Node<T> {
    const o = this.#o;
    return this.#choice(o.relu(a.at), o.less(o.scalar(0), a.at), a, this.scalar(0));
  }

  exp(a: Node<T>): Node<T> {
    const o = this.#o;
    const at = o.exp(a.at);
    return this.#record(at, [this.#rules.scales(a, at, (g) => o.mul(g, at))]);
  }

  log(a: Node<T>): Node<T> {
    const o = this.#o;
    const at = o.log(a.at);
    return this.#record(at, [this.#rules.scales(a, at, (g) => o.div(g, a.at))]);
  }

  /** t = tanh a: ∂t/∂a = 1 − t². */
  tanh(a: Node<T>): Node<T> {
    const o = this.#o;
    const at = o.tanh(a.at);
    const slope = (): Shaped<T> => o.sub(o.scalar(1), o.mul(at, at));
    return this.#record(at, [this.#rules.scales(a, at, (g) => o.mul(g, slope()))]);
  }

  /** s = √a: ∂s/∂a = 1/(2s), infinite at 0. */
  sqrt(a: Node<T>): Node<T> {
    const o = this.#o;
    const at = o.sqrt(a.at);
    return this.#record(at, [this.#rules.scales(a, at, (g) => o.div(scaled(o, 0.5, g), at))]);
  }

  /** A mask has no derivative. */
  less(a: Node<T>, b: Node<T>): Node<T> {
    return this.constant(this.#o.less(a.at, b.at));
  }

  indicator(mask: Node<T>): Node<T> {
    return this.constant(this.#o.indicator(mask.at));
  }

  where(mask: Node<T>, a: Node<T>, b: Node<T>): Node<T> {
    return this.#choice(this.#o.where(mask.at, a.at, b.at), mask.at, a, b);
  }

  /** P = scale A B + C with its adjoint G: of A, scale G Bᵀ; of B, scale Aᵀ G; of transposed factors, the transposes. */
  product(a: Node<T>, b: Node<T>, { plus, ...options }: ProductOptions<Node<T>> = {}): Node<T> {
    const [o, { mixes, passes }] = [this.#o, this.#rules];
    const { transposeA = false, transposeB = false, scale = 1 } = options;
    const at = o.product(a.at, b.at, { ...options, ...(plus && { plus: plus.at }) });
    const ofA: Pull<T> = (g) => {
      const G = expanded(o, g, at);
      return transposeA
        ? o.product(b.at, G, { transposeA: transposeB, transposeB: true, scale })
        : o.product(G, b.at, { transposeB: !transposeB, scale });
    };
    const ofB: Pull<T> = (g) => {
      const G = expanded(o, g, at);
      return transposeB
        ? o.product(G, a.at, { transposeA: true, transposeB: transposeA, scale })
        : o.product(a.at, G, { transposeA: !transposeA, scale });
    };
    return this.#record(at, [mixes(a, ofA), mixes(b, ofB), ...(plus ? [passes(plus, at, (g) => g)] : [])]);
  }

  transpose(a: Node<T>): Node<T> {
    const o = this.#o;
    const at = o.transpose(a.at);
    return this.#record(at, [this.#rules.moves(a, (g) => o.transpose(expanded(o, g, at)))]);
  }

  sum(a: Node<T>, axis: 0 | 1): Node<T> {
    const o = this.#o;
    const at = o.sum(a.at, axis);
    // The adjoint of a sum over the rows is itself a row, which broadcasts.
    const pull: Pull<T> = (g) => (axis === 0 ? g : o.column(expanded(o, g, at)));
    return this.#record(at, [this.#rules.moves(a, pull)]);
  }

  largest(a: Node<T>): Node<T> {
    const o = this.#o;
    const at = o.largest(a.at);
    const pull: Pull<T> = (g) => {
      const below = o.less(a.at, o.column(at));
      const ties = o.sum(o.where(below, o.scalar(0), o.scalar(1)), 1);
      return o.where(below, o.scalar(0), o.column(o.div(g, ties)));
    };
    return this.#record(at, [this.#rules.moves(a, pull, true)]);
  }

  column(a: Node<T>): Node<T> {
    const o = this.#o;
    const at = o.column(a.at);
    return this.#record(at, [this.#rules.moves(a, (g) => o.sum(expanded(o, g, at), 1))]);
  }

  /** @throws RangeError for a value that varies. */
  rows(a: Node<T>, from: number, to: number): Node<T> {
    refuseParts(a, `rows ${from} to ${to}`);
    return this.constant(this.#o.rows(a.at, from, to));
  }

  /** @throws RangeError for a value that varies. */
  columns(a: Node<T>, from: number, to: number): Node<T> {
    refuseParts(a, `columns ${from} to ${to}`);
    return this.constant(this.#o.columns(a.at, from, to));
  }

  /** Of the adjoint, every part takes its own columns. */
  concat(parts: readonly Node<T>[]): Node<T> {
    const o = this.#o;
    const at = o.concat(parts.map((part) => part.at));
    let end = 0;
    const edges = parts.map((part) => {
      const from = end;
      end += part.at.shape[1] as number;
      const to = end;
      return this.#rules.moves(part, (g) => o.columns(expanded(o, g, at), from, to));
    });
    return this.#record(at, edges);
  }

  /** @throws RangeError: what an iteration finds is differentiated by its equation, not by its rounds. */
  iterate(): Node<T>[] {
    throw new RangeError('an iteration cannot be differentiated');
  }

  name(a: Node<T>, name: string): Node<T> {
    const at = this.#o.name(a.at, name);
    return this.#record(at, [this.#rules.passes(a, at, (g) => g)]);
  }

  #negative(g: Shaped<T>): Shaped<T> {
    return this.#o.sub(this.#o.scalar(0), g);
  }

  /** `at` is a where the mask is true, else b. */
  #choice(at: Shaped<T>, mask: Shaped<T>, a: Node<T>, b: Node<T>): Node<T> {
    const [o, { chooses }] = [this.#o, this.#rules];
    return this.#record(at, [
      chooses(a, at, (g) => o.where(mask, g, o.scalar(0))),
      chooses(b, at, (g) => o.where(mask, o.scalar(0), g)),
    ]);
  }

  #record(at: Shaped<T>, edges: readonly Edge<T>[]): Node<T> {
    const varying = edges.filter(({ operand }) => operand.varies);
    if (varying.length === 0) return this.constant(at);
    const node: Node<T> = { at, varies: true, edges: varying };
    this.#nodes.push(node);
    return node;
  }
}

/** No operation puts rows or columns among zeros, as their adjoint is. */
function refuseParts<T>(a: Node<T>, parts: string): void {
  if (a.varies)
    throw new RangeError(
      `${parts} of a value that depends on the variables cannot be differentiated: no operation puts them back among zeros`,
    );
}
