import type { Engine } from '../algebra/engine.ts';
import { compilePass } from '../algebra/pass.ts';
import {
  type Chunks,
  chunksOf,
  emptySamples,
  gather,
  type Samples,
  viewSamples,
} from '../algebra/samples.ts';
import type { Matrix } from '../algebra/tensor.ts';
import type { Dataset } from '../data/dataset.ts';
import { forwardPass, namedWeights } from '../models/forward.ts';
import type { LayerWeights, Network } from '../models/network.ts';

/** Runs a network forward; one compilation serves any number of data sets and weights. */
export interface Predictor {
  /** V_i of the layer, `[n, d_i]`. */
  outputs(weights: readonly LayerWeights[], X: Matrix): Promise<Matrix>;
}

/** @param layer from 1 to N, the last where it is left out. */
export async function predictor(
  engine: Engine,
  network: Network,
  chunk: number,
  layer: number = network.widths.length - 1,
): Promise<Predictor> {
  const V = `V${layer}`;
  const pass = await compilePass(engine, forwardPass(network, [V]));
  const prepared = new WeakMap<
    Matrix,
    { readonly chunks: Chunks; readonly samples: Record<string, Samples> }
  >();
  return {
    async outputs(weights, X) {
      const chunks = chunksOf(X.shape[0], chunk);
      const known = prepared.get(X) ?? {
        chunks,
        samples: {
          V0: viewSamples(chunks, X, engine.precision),
          [V]: emptySamples(chunks, network.widths[layer]!, engine.precision),
        },
      };
      prepared.set(X, known);
      await pass.run(known.chunks, known.samples, namedWeights(weights));
      return gather(known.samples[V]!);
    },
  };
}

/** The index of the largest number of each row; the first of equals. */
export function argMax(scores: Matrix): Uint32Array {
  const [rows, columns] = scores.shape;
  return Uint32Array.from({ length: rows }, (_, i) => {
    let best = 0;
    for (let j = 1; j < columns; j++)
      if (scores.data[i * columns + j]! > scores.data[i * columns + best]!) best = j;
    return best;
  });
}

/** Fraction of right classes, or R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)² over all targets. */
export function scoreOf(outputs: Matrix, targets: Matrix, task: Dataset['task']): number {
  if (task === 'classification') {
    const [given, wanted] = [argMax(outputs), argMax(targets)];
    return given.filter((label, i) => label === wanted[i]).length / given.length;
  }
  const [n, columns] = targets.shape;
  const means = new Float64Array(columns);
  for (let k = 0; k < targets.data.length; k++) means[k % columns]! += targets.data[k]! / n;
  let [error, spread] = [0, 0];
  for (let k = 0; k < targets.data.length; k++) {
    error += (targets.data[k]! - outputs.data[k]!) ** 2;
    spread += (targets.data[k]! - means[k % columns]!) ** 2;
  }
  return spread === 0 ? (error === 0 ? 1 : 0) : 1 - error / spread;
}
