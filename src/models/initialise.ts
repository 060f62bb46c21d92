import { normals } from '../algebra/random.ts';
import { floats, matrix, type Precision, vector } from '../algebra/tensor.ts';

import type { LayerWeights, Network } from './network.ts';

/** Ways to draw the first weights. */
export const initialisations: Readonly<
  Record<
    string,
    { readonly formula: string; readonly deviation: (inputs: number) => number; readonly bias: number }
  >
> = {
  he: { formula: 'W ~ N(0, 2/d_in), b = 0', deviation: (inputs) => Math.sqrt(2 / inputs), bias: 0 },
  paper: { formula: 'W ~ N(0, 0.01^2), b = 0.1 (ZLLY appendix F)', deviation: () => 0.01, bias: 0.1 },
};

/** Weights and biases of every layer; the same seed draws the same numbers in either precision, up to rounding. */
export function initialise(
  network: Network,
  init: string,
  seed: number,
  precision: Precision,
): LayerWeights[] {
  const { deviation, bias } = initialisations[init]!;
  const draw = normals(seed);
  return network.widths.slice(1).map((outputs, i) => {
    const inputs = network.widths[i]!;
    const W = floats(precision, outputs * inputs);
    const scale = deviation(inputs);
    for (let k = 0; k < W.length; k++) W[k] = scale * draw();
    return { W: matrix(outputs, inputs, W), b: vector(floats(precision, outputs).fill(bias)) };
  });
}
