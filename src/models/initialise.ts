import { normals } from '../algebra/random.ts';
import { floats, matrix, type Precision, vector } from '../algebra/tensor.ts';

import type { LayerWeights, Network } from './network.ts';

interface Initialisation {
  readonly formula: string;
  /** Standard deviation of the weights of a layer with so many inputs. */
  readonly deviation: (inputs: number) => number;
  readonly bias: number;
  /** Added to the diagonal of the weights between hidden layers. */
  readonly diagonal: number;
}

/**
 * Ways to draw the first weights. `identity` is the paper's draw around the identity between hidden layers: the signal
 * reaches the last layer however deep the network is, where the paper's own start shrinks it at every layer.
 */
export const initialisations: Readonly<Record<string, Initialisation>> = {
  paper: {
    formula: 'W ~ N(0, 0.01^2), b = 0.1 (ZLLY appendix F)',
    deviation: () => 0.01,
    bias: 0.1,
    diagonal: 0,
  },
  identity: {
    formula: 'W ~ N(0, 0.01^2), plus I between hidden layers, b = 0.1',
    deviation: () => 0.01,
    bias: 0.1,
    diagonal: 1,
  },
  he: {
    formula: 'W ~ N(0, 2/d_in), b = 0',
    deviation: (inputs) => Math.sqrt(2 / inputs),
    bias: 0,
    diagonal: 0,
  },
};

/** Weights and biases of every layer; the same seed draws the same numbers in either precision, up to rounding. */
export function initialise(
  network: Network,
  init: string,
  seed: number,
  precision: Precision,
): LayerWeights[] {
  const { deviation, bias, diagonal } = initialisations[init]!;
  const draw = normals(seed);
  const last = network.widths.length - 1;
  return network.widths.slice(1).map((outputs, i) => {
    const inputs = network.widths[i]!;
    const W = floats(precision, outputs * inputs);
    const scale = deviation(inputs);
    for (let k = 0; k < W.length; k++) W[k] = scale * draw();
    const hidden = i > 0 && i + 1 < last;
    if (hidden) for (let k = 0; k < Math.min(inputs, outputs); k++) W[k * inputs + k]! += diagonal;
    return { W: matrix(outputs, inputs, W), b: vector(floats(precision, outputs).fill(bias)) };
  });
}
