import { UserError } from '../algebra/errors.ts';
import type { Matrix, Tensor } from '../algebra/tensor.ts';

/**
 * A multilayer perceptron as plain data: x ↦ W_N σ(… σ(W_1 x + b_1) …) + b_N; in a residual one every hidden layer but the first
 * adds its input, V_i = V_{i−1} + σ(W_i V_{i−1} + b_i) (ZLLY (3.3)).
 */
export interface Network {
  /** d_0 … d_N. */
  readonly widths: readonly number[];
  /** Activation of every hidden layer, by its registered name. The output layer has none. */
  readonly activation: string;
  /** Hidden layers are of one width then. */
  readonly residual?: boolean;
}

/** (W_i, b_i): `[d_i, d_{i−1}]` and `[d_i]`. */
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

/** Whether layer 1 … N adds its input. */
export function skipsOf({ widths, residual = false }: Network): boolean[] {
  return widths.slice(1).map((_, i) => residual && i > 0 && i < widths.length - 2);
}

/** 784-1500x3-10: hidden layers of one width in a row are counted. */
export function describeNetwork({ widths, residual }: Network): string {
  const groups: [number, number][] = [];
  for (const width of widths.slice(1, -1)) {
    const last = groups.at(-1);
    if (last?.[0] === width) last[1]++;
    else groups.push([width, 1]);
  }
  const hidden = groups.map(([width, times]) => (times === 1 ? `${width}` : `${width}x${times}`));
  return `${[widths[0], ...hidden, widths.at(-1)].join('-')}${residual ? ', residual' : ''}`;
}

export function parameterCount({ widths }: Network): number {
  return widths.slice(1).reduce((total, width, i) => total + width * (widths[i]! + 1), 0);
}
