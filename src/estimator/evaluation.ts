import type { Engine } from '../algebra/engine.ts';
import { UserError } from '../algebra/errors.ts';
import { type Matrix, toPrecision } from '../algebra/tensor.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Model } from '../models/model.ts';
import { scale, unscale } from './preprocess.ts';
import { argMax, predictor, scoreOf } from './scores.ts';

/** Scores of the classes, or predicted targets in their own units, `[n, d_N]`, for raw inputs `[n, d_0]`. */
export async function predict(model: Model, inputs: Matrix, engine: Engine): Promise<Matrix> {
  const expected = model.network.widths[0]!;
  if (inputs.shape[1] !== expected)
    throw new UserError(
      `The data have ${inputs.shape[1]} inputs a sample where the model expects ${expected}: give data like those it was trained on.`,
    );
  const X = model.inputScaling ? scale(inputs, model.inputScaling) : inputs;
  const weights = model.weights.map(({ W, b }) => ({
    W: toPrecision(W, engine.precision),
    b: toPrecision(b, engine.precision),
  }));
  const outputs = await (await predictor(engine, model.network, 2000)).outputs(weights, X);
  return model.outputScaling ? unscale(outputs, model.outputScaling) : outputs;
}

export interface Evaluation {
  readonly samples: number;
  /** Fraction of right classes, or R². */
  readonly score: number;
  /** `confusion[i][j]`: samples of class i that were labelled j; for classes only. */
  readonly confusion?: readonly (readonly number[])[];
}

export async function evaluate(model: Model, data: Dataset, engine: Engine): Promise<Evaluation> {
  if (data.task !== model.task || data.targets.shape[1] !== model.outputs.length)
    throw new UserError(
      `The data are for ${data.task} with ${data.targets.shape[1]} outputs, and the model for ${model.task} with ${model.outputs.length}: give data like those it was trained on.`,
    );
  const outputs = await predict(model, data.inputs, engine);
  const result = { samples: data.inputs.shape[0], score: scoreOf(outputs, data.targets, data.task) };
  if (model.task === 'regression') return result;
  const confusion = model.outputs.map(() => model.outputs.map(() => 0));
  const [wanted, given] = [argMax(data.targets), argMax(outputs)];
  for (const [i, label] of wanted.entries()) confusion[label]![given[i]!]!++;
  return { ...result, confusion };
}
