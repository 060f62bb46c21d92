import { type Floats, type Matrix, matrix } from '../algebra/tensor.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Scaling } from '../models/model.ts';
import type { Loss } from '../problem/loss.ts';
import type { ClassWeights } from './config.ts';

/** What maps raw numbers to those that a network is trained on; learned from the training samples alone. */
export interface Preprocessing {
  readonly inputScaling?: Scaling;
  readonly outputScaling?: Scaling;
}

/** Columns of a table to mean 0 and deviation 1, and so the targets of a regression; images stay as they are. */
export function learnPreprocessing(train: Dataset): Preprocessing {
  return {
    ...(train.kind === 'table' && { inputScaling: standardisation(train.inputs) }),
    ...(train.task === 'regression' && { outputScaling: standardisation(train.targets) }),
  };
}

/** Inputs and targets as the network sees them: scaled, and classes coded as the loss wants them. */
export function preprocess(
  data: Dataset,
  { inputScaling, outputScaling }: Preprocessing,
  loss: Loss,
): { X: Matrix; Y: Matrix } {
  const Y = outputScaling ? scale(data.targets, outputScaling) : data.targets;
  return {
    X: inputScaling ? scale(data.inputs, inputScaling) : data.inputs,
    Y: data.task === 'classification' && loss.coding === '-1/1' ? map(Y, (y) => 2 * y - 1) : Y,
  };
}

/**
 * One-hot rows of C classes as they are trained on: (1 − s) y + s/C with label smoothing s (Szegedy et al. 2016), times n/(C n_c)
 * where classes are balanced, n_c the number of samples of the row's class.
 */
export function trainingTargets(Y: Matrix, smoothing: number, classWeights: ClassWeights): Matrix {
  const [n, classes] = Y.shape;
  if (smoothing === 0 && classWeights === 'none') return Y;
  const counts = new Float64Array(classes);
  for (let k = 0; k < Y.data.length; k++) counts[k % classes]! += Y.data[k]!;
  const weightOf = (row: Floats): number => n / (classes * counts[row.indexOf(1)]!);
  const weights =
    classWeights === 'none'
      ? undefined
      : Float64Array.from({ length: n }, (_, i) => weightOf(Y.data.subarray(i * classes, (i + 1) * classes)));
  return map(Y, (y, k) => {
    const smooth = (1 - smoothing) * y + smoothing / classes;
    return weights === undefined ? smooth : weights[Math.floor(k / classes)]! * smooth;
  });
}

/** (x − shift) · scale, column by column. */
export function scale(raw: Matrix, { shift, scale: factor }: Scaling): Matrix {
  const columns = raw.shape[1];
  return map(raw, (x, k) => (x - shift[k % columns]!) * factor[k % columns]!);
}

/** The inverse of `scale`. */
export function unscale(scaled: Matrix, { shift, scale: factor }: Scaling): Matrix {
  const columns = scaled.shape[1];
  return map(scaled, (x, k) => x / factor[k % columns]! + shift[k % columns]!);
}

/** In float32 numbers, which an exported graph holds exactly. */
function standardisation(raw: Matrix): Scaling {
  const [n, columns] = raw.shape;
  const [means, variances] = [new Array<number>(columns).fill(0), new Array<number>(columns).fill(0)];
  for (let k = 0; k < raw.data.length; k++) means[k % columns]! += raw.data[k]! / n;
  // The mean of a constant column is its value, to the bit.
  const shift = means.map(Math.fround);
  for (let k = 0; k < raw.data.length; k++)
    variances[k % columns]! += (raw.data[k]! - shift[k % columns]!) ** 2 / n;
  // A constant column carries nothing and stays at 0.
  const inverse = (variance: number): number => Math.fround(1 / Math.sqrt(variance));
  return { shift, scale: variances.map((v) => (Number.isFinite(inverse(v)) ? inverse(v) : 1)) };
}

function map(source: Matrix, f: (x: number, index: number) => number): Matrix {
  const data = new Float32Array(source.data.length);
  for (let k = 0; k < data.length; k++) data[k] = f(source.data[k]!, k);
  return matrix(...source.shape, data);
}
