import type { Matrix, Tensor } from '../algebra/tensor.ts';

/** A multilayer perceptron as plain data: x ↦ W_N σ(… σ(W_1 x + b_1) …) + b_N. */
export interface Network {
  /** d_0 … d_N. */
  readonly widths: readonly number[];
  /** Activation of every hidden layer, by its registered name. The output layer has none. */
  readonly activation: string;
}

/** (W_i, b_i): `[d_i, d_{i−1}]` and `[d_i]`. */
export interface LayerWeights {
  readonly W: Matrix;
  readonly b: Tensor;
}

export function mlp(inputs: number, hidden: readonly number[], outputs: number, activation: string): Network {
  return { widths: [inputs, ...hidden, outputs], activation };
}

/** 784-1500x3-10: hidden layers of one width in a row are counted. */
export function describeNetwork({ widths }: Network): string {
  const groups: [number, number][] = [];
  for (const width of widths.slice(1, -1)) {
    const last = groups.at(-1);
    if (last?.[0] === width) last[1]++;
    else groups.push([width, 1]);
  }
  const hidden = groups.map(([width, times]) => (times === 1 ? `${width}` : `${width}x${times}`));
  return [widths[0], ...hidden, widths.at(-1)].join('-');
}

export function parameterCount({ widths }: Network): number {
  return widths.slice(1).reduce((total, width, i) => total + width * (widths[i]! + 1), 0);
}
