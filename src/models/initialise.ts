import { normals } from '../algebra/random.ts';
import { floats, matrix, type Precision, vector } from '../algebra/tensor.ts';

import { inputsOf, type LayerWeights, type Network, skipsOf, weightShapes } from './network.ts';

interface Initialisation {
  readonly formula: string;
  /** Standard deviation of the weights of a layer, by its number of inputs and its place. */
  readonly deviation: (inputs: number, place: Place) => number;
  readonly bias: number;
  /** Added to the diagonal of the weights between hidden layers, where no residual link does the same. */
  readonly diagonal: number;
}

type Place = 'first' | 'hidden' | 'last';

/**
 * Ways to draw the first weights. `identity` keeps the paper's small weights, which let features be learned before the
 * objective is spent, with a first layer that suits any number of inputs (0.3/√784 is the paper's 0.01), and draws the
 * layers between hidden ones around the identity: the signal reaches the last layer however deep the network is, where
 * the paper's own start shrinks it at every layer. `heIdentity` is for methods that move all layers at once, very deep: without biases, which
 * add up from layer to layer, the states keep the small mean that they have behind the first layer (as in Le, Jaitly and Hinton 2015).
 */
export const initialisations: Readonly<Record<string, Initialisation>> = {
  identity: {
    formula: 'W_1 ~ N(0, 0.09/d_0), W_i ~ I + N(0, 0.01^2), W_N ~ N(0, 0.01^2), b = 0.1',
    deviation: (inputs, place) => (place === 'first' ? 0.3 / Math.sqrt(inputs) : 0.01),
    bias: 0.1,
    diagonal: 1,
  },
  paper: {
    formula: 'W ~ N(0, 0.01^2), b = 0.1 (ZLLY appendix F)',
    deviation: () => 0.01,
    bias: 0.1,
    diagonal: 0,
  },
  he: {
    formula: 'W ~ N(0, 2/d_in), b = 0',
    deviation: (inputs) => Math.sqrt(2 / inputs),
    bias: 0,
    diagonal: 0,
  },
  heIdentity: {
    formula: 'W_1 ~ N(0, 2/d_in), W_i ~ I + N(0, 0.01^2), W_N ~ N(0, 2/d_in), b = 0',
    deviation: (inputs, place) => (place === 'hidden' ? 0.01 : Math.sqrt(2 / inputs)),
    bias: 0,
    diagonal: 1,
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
  const skips = skipsOf(network);
  const given = inputsOf(network);
  return weightShapes(network).map(([outputs, inputs], i) => {
    const place = i === given.length - 1 ? 'last' : i === 0 ? 'first' : 'hidden';
    const W = floats(precision, outputs * inputs);
    const scale = deviation(inputs, place);
    for (let k = 0; k < W.length; k++) W[k] = scale * draw();
    if (place === 'hidden' && !skips[i] && given[i]!.added.length === 0)
      for (let k = 0; k < Math.min(inputs, outputs); k++) W[k * (inputs + 1)]! += diagonal;
    return { W: matrix(outputs, inputs, W), b: vector(floats(precision, outputs).fill(bias)) };
  });
}
