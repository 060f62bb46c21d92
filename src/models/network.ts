import { UserError } from '../algebra/errors.ts';
import type { Matrix, Tensor } from '../algebra/tensor.ts';
import { chained, describeInputs, fanIn, isChained, type LayerInputs } from '../problem/inputs.ts';

/**
 * A multilayer perceptron as plain data: x ↦ W_N σ(… σ(W_1 x + b_1) …) + b_N; in a residual one every hidden layer but the first
 * adds its input, V_i = V_{i−1} + σ(W_i V_{i−1} + b_i) (ZLLY (3.3)); in a multi-input one a layer is given any earlier ones,
 * V_i = σ(Σ_m W_{i,m} V_m + b_i), some of them by W_{i,m} = I (ZB (1)).
 */
export interface Network {
  /** d_0 … d_N. */
  readonly widths: readonly number[];
  /** Activation of every hidden layer, by its registered name. The output layer has none. */
  readonly activation: string;
  /** Hidden layers are of one width then. */
  readonly residual?: boolean;
  /** What each layer is given; absent where that is the layer below it and nothing else. */
  readonly inputs?: readonly LayerInputs[];
}

/** (W_i, b_i): `[d_i, d_{i−1}]`, or `[d_i, Σ_m d_m]` of a multi-input layer, and `[d_i]`. */
export interface LayerWeights {
  readonly W: Matrix;
  readonly b: Tensor;
}

export function mlp(inputs: number, hidden: readonly number[], outputs: number, activation: string): Network {
  return { widths: [inputs, ...hidden, outputs], activation };
}

/** @throws UserError when the widths do not allow residual links. */
export function residualMlp(
  inputs: number,
  hidden: readonly number[],
  outputs: number,
  activation: string,
): Network {
  if (hidden.length < 2 || new Set(hidden).size > 1)
    throw new UserError(
      `A residual network needs two hidden layers or more, all of one width, and ${hidden.join(',') || 'none'} was given: write --hidden 300x4, for example.`,
    );
  return { ...mlp(inputs, hidden, outputs, activation), residual: true };
}

/** What layer 1 … N is given. */
export function inputsOf({ widths, inputs }: Network): readonly LayerInputs[] {
  return inputs ?? widths.slice(1).map((_, i) => chained(i + 1));
}

/** Whether layer 1 … N adds its input. */
export function skipsOf({ widths, residual = false }: Network): boolean[] {
  return widths.slice(1).map((_, i) => residual && i > 0 && i < widths.length - 2);
}

/** 784-1500x3-10: hidden layers of one width in a row are counted. */
export function describeNetwork(network: Network): string {
  const { widths, residual } = network;
  const groups: [number, number][] = [];
  for (const width of widths.slice(1, -1)) {
    const last = groups.at(-1);
    if (last?.[0] === width) last[1]++;
    else groups.push([width, 1]);
  }
  const hidden = groups.map(([width, times]) => (times === 1 ? `${width}` : `${width}x${times}`));
  const others = inputsOf(network).flatMap((inputs, i) =>
    isChained(inputs, i + 1) ? [] : [`V${i + 1} from ${describeInputs(inputs, i + 1)}`],
  );
  const shape = [widths[0], ...hidden, widths.at(-1)].join('-');
  return [shape, ...(residual ? ['residual'] : []), ...others].join(', ');
}

/** Shapes of W_1 … W_N. */
export function weightShapes(network: Network): readonly (readonly [outputs: number, inputs: number])[] {
  return inputsOf(network).map((inputs, i) => [network.widths[i + 1]!, fanIn(network.widths, inputs)]);
}

export function parameterCount(network: Network): number {
  return weightShapes(network).reduce((total, [outputs, inputs]) => total + outputs * (inputs + 1), 0);
}
