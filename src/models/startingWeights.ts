import { UserError } from '../algebra/errors.ts';
import { type Matrix, matrix, type Precision, type Tensor, toPrecision, vector } from '../algebra/tensor.ts';
import { weightColumns } from '../problem/inputs.ts';
import type { Model, Scaling } from './model.ts';
import { describeNetwork, inputsOf, type LayerWeights, type Network } from './network.ts';

/** How the data of a run are to be told from, and what is seen of them. */
export interface StartFor {
  readonly network: Network;
  readonly task: Model['task'];
  readonly outputs: readonly string[];
  readonly inputScaling?: Scaling;
  readonly outputScaling?: Scaling;
}

/**
 * The weights of a trained model in a network that sees its data scaled otherwise, as the same function of raw numbers. With
 * x = (raw − s) k of the model and x′ = (raw − s′) k′ of the run, x = x′ k/k′ + (s′ − s) k: the columns of W_n that take the data are
 * multiplied by k/k′, and b_n grows by W_n (s′ − s) k. Outputs alike, z′ = z k′/k + (s − s′) k′.
 *
 * @throws UserError where the model has another network, task or classes, or adds data as they are that are scaled otherwise.
 */
export function startingWeights(model: Model, run: StartFor, precision: Precision): LayerWeights[] {
  requireLike(model, run);
  const N = model.weights.length;
  const inputs = inputsOf(run.network);
  const weights = model.weights.map(({ W, b }) => ({
    W: matrix(...W.shape, Float64Array.from(W.data)),
    b: vector(Float64Array.from(b.data)),
  }));
  if (!same(model.inputScaling, run.inputScaling))
    for (const [i, { W, b }] of weights.entries()) {
      const columns = weightColumns(run.network.widths, inputs[i]!).find(({ layer }) => layer === 0);
      if (columns) rescaleInputs(W, b, columns.from, model.inputScaling, run.inputScaling);
    }
  const last = weights[N - 1]!;
  if (!same(model.outputScaling, run.outputScaling))
    rescaleOutputs(last.W, last.b, model.outputScaling, run.outputScaling);
  return weights.map(({ W, b }) => ({ W: toPrecision(W, precision), b: toPrecision(b, precision) }));
}

function requireLike(model: Model, { network, task, outputs, inputScaling }: StartFor): void {
  const name = (one: Network): string => `${describeNetwork(one)} with ${one.activation}`;
  if (name(model.network) !== name(network))
    throw new UserError(
      `The model to start from is ${name(model.network)}, and the data and settings make ${name(network)}: leave out the settings of the network, which are those of the model.`,
    );
  if (model.task !== task || model.outputs.join('\n') !== outputs.join('\n'))
    throw new UserError(
      `The model to start from is for ${model.task} of ${model.outputs.join(', ')}, and the data are for ${task} of ${outputs.join(', ')}: start from a model of the same targets.`,
    );
  const adds = inputsOf(network).findIndex(({ added }) => added.includes(0));
  if (adds >= 0 && !same(model.inputScaling, inputScaling))
    throw new UserError(
      `The model to start from was trained on data that were scaled otherwise, and its V${adds + 1} adds them as they are: start from a model that was trained on these data.`,
    );
}

function same(one: Scaling | undefined, other: Scaling | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

const shiftOf = (scaling: Scaling | undefined, k: number): number => scaling?.shift[k] ?? 0;
const scaleOf = (scaling: Scaling | undefined, k: number): number => scaling?.scale[k] ?? 1;

function rescaleInputs(
  W: Matrix,
  b: Tensor,
  from: number,
  old: Scaling | undefined,
  now: Scaling | undefined,
): void {
  const [rows, columns] = W.shape;
  const width = (old ?? now)!.shift.length;
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < width; k++) {
      const at = i * columns + from + k;
      b.data[i]! += W.data[at]! * (shiftOf(now, k) - shiftOf(old, k)) * scaleOf(old, k);
      W.data[at]! *= scaleOf(old, k) / scaleOf(now, k);
    }
}

function rescaleOutputs(W: Matrix, b: Tensor, old: Scaling | undefined, now: Scaling | undefined): void {
  const [rows, columns] = W.shape;
  for (let i = 0; i < rows; i++) {
    const factor = scaleOf(now, i) / scaleOf(old, i);
    for (let k = 0; k < columns; k++) W.data[i * columns + k]! *= factor;
    b.data[i] = b.data[i]! * factor + (shiftOf(old, i) - shiftOf(now, i)) * scaleOf(now, i);
  }
}
