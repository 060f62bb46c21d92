import type { Engine } from '../algebra/engine.ts';
import { compilePass } from '../algebra/pass.ts';
import { chunksOf, emptySamples, type Samples, viewSamples } from '../algebra/samples.ts';
import { epsilon, type Floats, floats, type Matrix, matrix, rowsOf, vector } from '../algebra/tensor.ts';
import { forwardPass, namedWeights } from './forward.ts';
import { inputsOf, type LayerWeights, type Network } from './network.ts';

/** Samples that are looked at. */
const looked = 1000;
/** A spread below this, where the inputs have one of about 1, is a signal that is being lost. */
const faint = 0.05;

/** s: wide enough to tell samples apart, narrow enough for the steps of all layers to add up. */
export const wantedSpread = 0.4;

/** First weights with which the signal reaches every layer. */
export interface Calibrated {
  readonly weights: LayerWeights[];
  /** Spread of the preactivations of each layer as the weights were: the root of their mean variance over samples. */
  readonly spreads: readonly number[];
  /** Whether the weights were rescaled. */
  readonly changed: boolean;
}

/**
 * Whether the preactivations of every layer differ from sample to sample, and if not, weights that are rescaled layer by layer, from
 * the first to the last, to a mean of 0 and a spread of s = 0.4 over the samples, about that of He's start on images in [0, 1]:
 *   W_i ← (s/s_i) W_i,   b_i ← −(s/s_i) mean(W_i V_{i−1}),   s_i² = mean over units of the variance of W_i V_{i−1}
 * (layer-sequential unit variance, Mishkin and Matas 2016, without its orthogonal start). Linearised targets shrink from layer to
 * layer as the signal does, and no step of theirs can bring back what has vanished.
 */
export async function calibrate(
  engine: Engine,
  network: Network,
  given: readonly LayerWeights[],
  X: Matrix,
): Promise<Calibrated> {
  const sample = rowsOf(X, 0, Math.min(looked, X.shape[0]));
  const chunks = chunksOf(sample.shape[0], looked);
  const N = network.widths.length - 1;
  const names = Array.from({ length: N }, (_, i) => `U${i + 1}`);
  const pass = await compilePass(engine, forwardPass(network, names));
  const samples: Record<string, Samples> = {
    V0: viewSamples(chunks, sample, engine.precision),
    ...Object.fromEntries(
      names.map((name, i) => [name, emptySamples(chunks, network.widths[i + 1]!, engine.precision)]),
    ),
  };
  const weights = [...given];
  const preactivations = async (i: number): Promise<Statistics> => {
    await pass.run(chunks, samples, namedWeights(weights));
    return statistics(samples[`U${i + 1}`]!.chunks[0]!, network.widths[i + 1]!);
  };
  const spreads: number[] = [];
  for (let i = 0; i < N; i++) spreads.push((await preactivations(i)).spread);
  const lost = Math.min(...spreads) < faint;
  const linked = inputsOf(network).map(({ added }) => added.length > 0);
  for (let i = 0; lost && i < N; i++) {
    const { means, spread } = await preactivations(i);
    // A layer that no sample reaches cannot be scaled, nor can one whose samples differ by rounding alone; what is added as it is
    // brings the signal by itself.
    const rounding = 100 * epsilon[engine.precision] * Math.max(...means.map(Math.abs));
    if (spread > rounding && !linked[i]) weights[i] = rescaled(weights[i]!, means, spread, engine);
  }
  await pass.dispose();
  return { weights, spreads, changed: weights.some((layer, i) => layer !== given[i]) };
}

interface Statistics {
  readonly means: Float64Array;
  readonly spread: number;
}

function statistics(values: Floats, width: number): Statistics {
  const n = values.length / width;
  const [means, squares] = [new Float64Array(width), new Float64Array(width)];
  for (let k = 0; k < values.length; k++) means[k % width]! += values[k]! / n;
  for (let k = 0; k < values.length; k++) squares[k % width]! += (values[k]! - means[k % width]!) ** 2 / n;
  return { means, spread: Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / width) };
}

function rescaled({ W, b }: LayerWeights, means: Float64Array, spread: number, engine: Engine): LayerWeights {
  const [rows, columns] = W.shape;
  const factor = wantedSpread / spread;
  const biases = floats(engine.precision, rows);
  for (let k = 0; k < rows; k++) biases[k] = factor * (b.data[k]! - means[k]!);
  const scaled = floats(engine.precision, rows * columns);
  for (let k = 0; k < scaled.length; k++) scaled[k] = W.data[k]! * factor;
  return { W: matrix(rows, columns, scaled), b: vector(biases) };
}
