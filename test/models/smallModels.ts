import { floats, type Matrix, matrix, type Precision, toPrecision } from '../../src/algebra/tensor.ts';
import { initialise } from '../../src/models/initialise.ts';
import type { Model } from '../../src/models/model.ts';
import { type LayerWeights, mlp, type Network } from '../../src/models/network.ts';
import { draw } from '../oracle/draw.ts';

/** Weights of size one with biases that matter. */
export function randomWeights(network: Network, seed: number, precision: Precision): LayerWeights[] {
  const random = draw(seed);
  return initialise(network, 'he', seed, precision).map(({ W, b }) => ({
    W,
    b: { shape: b.shape, data: floats(precision, b.data.length).map(() => 0.3 * random.normal()) },
  }));
}

/** A model of images: four pixels, three classes. */
export function classifier(activation = 'relu', hidden: readonly number[] = [6, 5]): Model {
  const network = mlp(4, hidden, 3, activation);
  return {
    network,
    weights: randomWeights(network, 3, 'float32'),
    task: 'classification',
    outputs: ['setosa', 'versicolor', 'größer "2"'],
    training: { method: 'threeSplitting', seed: '3' },
  };
}

/** A model of a table: raw columns of very different sizes, two targets in their own units. */
export function regressor(): Model {
  const network = mlp(3, [8], 2, 'leakyRelu');
  return {
    network,
    weights: randomWeights(network, 5, 'float32'),
    task: 'regression',
    outputs: ['price', 'rooms'],
    features: ['year', 'area', 'distance'],
    inputScaling: { shift: [1990, 0.25, -3], scale: [0.125, 40, 0.0009765625] },
    outputScaling: { shift: [125000, 4], scale: [2 ** -15, 0.5] },
    training: { method: 'threeSplitting', target: 'price' },
  };
}

export function pixels(rows: number): Matrix {
  return toPrecision(draw(rows).matrix(rows, 4), 'float32');
}

/** Rows in the units of the table of `regressor`. */
export function rawRows(rows: number): Matrix {
  const random = draw(rows);
  const row = (): number[] => [
    Math.round(random.uniform(1970, 2010)),
    random.uniform(0.2, 0.3),
    random.uniform(-2000, 2000),
  ];
  return matrix(rows, 3, Float32Array.from(Array.from({ length: rows }, row).flat()));
}
