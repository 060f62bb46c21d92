import type { Ops } from './ops.ts';
import type { Matrix, Precision, Tensor } from './tensor.ts';

/** An extent of a shape: a number, or a name left open until the expression runs. `'n'` is the number of samples. */
export type Extent = number | string;
export type Shape = readonly Extent[];

/** A pure expression from named inputs to named outputs, written in `Ops`. */
export interface Expression {
  /** Unique name; also the name of the graph. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, Shape>>;
  build<T>(o: Ops<T>, inputs: Readonly<Record<string, T>>): Record<string, T>;
}

/**
 * A step that is repeated, each time on the state that the last one left: one pure expression, so that a whole run of
 * steps is one program and the state never leaves it.
 */
export interface Recurrence {
  /** Unique name; also the name of the graph. */
  readonly name: string;
  /** What is carried from step to step. */
  readonly state: Readonly<Record<string, Shape>>;
  /** What each step is given anew, by the shape of one step. */
  readonly inputs: Readonly<Record<string, Shape>>;
  /** The next state, all of it, and outputs of this step. */
  step<T>(
    o: Ops<T>,
    state: Readonly<Record<string, T>>,
    inputs: Readonly<Record<string, T>>,
  ): { readonly state: Readonly<Record<string, T>>; readonly outputs: Readonly<Record<string, T>> };
}

/** Tensors by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** A recurrence made ready to run. */
export interface Loop {
  /** Shapes of the outputs of one step. */
  readonly outputs: Readonly<Record<string, Shape>>;
  /**
   * Runs as many steps as the inputs hold: inputs and outputs have the steps as a first axis before the shape of one.
   * `before` and `after` hold the state and must not share memory.
   */
  run(before: Tensors, inputs: Tensors, after: Tensors, outputs: Tensors): Promise<void>;
  dispose(): Promise<void>;
}

/** An expression made ready to run, any number of times and with any number of samples. */
export interface Program {
  readonly outputs: Readonly<Record<string, Shape>>;
  /** Reads `inputs` and fills the arrays of `outputs`; the two must not share memory. */
  run(inputs: Tensors, outputs: Tensors): Promise<void>;
  /** Releases what this program holds; the engine's own `dispose` releases what is left. */
  dispose(): Promise<void>;
}

/** Turns expressions into numbers. The whole of what the mathematics knows of a runtime. */
export interface Engine {
  readonly name: string;
  /** Precision of states and products. */
  readonly precision: Precision;
  compile(expression: Expression, precision?: Precision): Promise<Program>;
  compileLoop(recurrence: Recurrence): Promise<Loop>;
  /** Cholesky factorisation in float64; only the lower triangle of `a` is read. */
  factor(a: Matrix): Promise<SpdFactor>;
  /** Releases what the engine holds outside the garbage collector. */
  dispose(): Promise<void>;
}

export interface SpdFactor {
  /** Solves A X = B; `b` is `[d, r]`, float64, and is not changed. */
  solve(b: Matrix): Promise<Matrix & { readonly data: Float64Array }>;
}

/** The matrix given to a Cholesky factorisation is not positive definite to working accuracy. */
export class NotPositiveDefinite extends Error {
  override readonly name = 'NotPositiveDefinite';
}

export function concrete(shape: Shape, n: number): number[] {
  return shape.map((extent) => {
    if (typeof extent === 'number') return extent;
    if (extent === 'n') return n;
    throw new RangeError(`the extent ${extent} of [${shape}] is open`);
  });
}
