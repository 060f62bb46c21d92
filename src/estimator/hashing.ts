import type { Engine } from '../algebra/engine.ts';
import { UserError } from '../algebra/errors.ts';
import { copyRows, type Matrix, matrix } from '../algebra/tensor.ts';
import { type Codes, packSigns, requireBits } from '../classify/hashing/codes.ts';
import { codewords } from '../classify/hashing/codewords.ts';
import type { DataSource, Dataset } from '../data/dataset.ts';
import { oneHot } from '../data/oneHot.ts';
import type { Model } from '../models/model.ts';
import { proxLinear } from '../splitting/proxLinear.ts';
import type { ConfigInput } from './config.ts';
import { predict } from './evaluation.ts';
import { resolveConfig } from './resolveConfig.ts';
import { argMax } from './scores.ts';

/** 48 layers of 256, as in ZB 3.3.2. */
const usualHidden: readonly number[] = new Array<number>(48).fill(256);

/**
 * The settings asked for, over defaults of `hash train` by which plain networks of 48 layers train; docs/hashing.md has the measurements. The
 * start carries the signal through any number of layers. All layers move at once, so that with L hidden ones and γ = L the outputs are
 * asked to go 1/(1 + L) of their way; α/γ is that of `proxLinear` itself. Other methods keep their own.
 */
export function hashingSettings(asked: ConfigInput): ConfigInput {
  const settings: ConfigInput = { hidden: [...usualHidden], loss: 'squared', ...asked };
  const { method, hidden } = resolveConfig(settings, 'regression');
  if (method !== proxLinear.name) return settings;
  const gamma = Math.max(1, hidden.length);
  const alpha = [500 * gamma];
  return { init: 'heIdentity', gamma: [gamma], alpha: { V: alpha, U: alpha, W: alpha }, ...settings };
}

/**
 * Data whose targets are the codewords of the classes: a network regresses on them and the signs of its outputs are the code.
 * @param bits 16 to 128.
 * @throws UserError where the targets are not classes or the length is out of range.
 */
export function withCodewords({ train, test, ...rest }: DataSource, bits: number, seed: number): DataSource {
  requireBits(bits);
  if (train.task !== 'classification')
    throw new UserError(
      `The target of ${rest.name} is for regression where codes are learned from classes: name a column of classes with --target, or add --task classification.`,
    );
  const words = codewords(train.outputs.length, bits, seed);
  const coded = (data: Dataset): Dataset => ({
    ...data,
    targets: rowsByClass(words, argMax(data.targets)),
    task: 'regression',
    outputs: Array.from({ length: bits }, (_, k) => `bit ${k + 1}`),
  });
  return { ...rest, train: coded(train), ...(test && { test: coded(test) }) };
}

function rowsByClass(words: Matrix, classes: Uint32Array): Matrix {
  const columns = words.shape[1];
  const rows = new Float32Array(classes.length * columns);
  copyRows(words, classes, rows);
  return matrix(classes.length, columns, rows);
}

/** The entry of a model's description that tells that its outputs are to be read by their signs. */
const encoderFact = 'code bits';

/** What the model of an encoder says of itself. */
export function encoderFacts(bits: number): readonly [string, string] {
  return [encoderFact, String(bits)];
}

/** Codes of raw inputs `[n, d_0]`: the signs of the outputs. */
export async function codesOf(encoder: Model, inputs: Matrix, engine: Engine): Promise<Codes> {
  return packSigns(await predict(encoder, inputs, engine));
}

/** @throws UserError where a model is no encoder. @param where names the model in errors. */
export function requireEncoder({ training, outputs }: Model, where: string): void {
  if (training[encoderFact] !== String(outputs.length))
    throw new UserError(
      `${where} is not an encoder, whose outputs are read by their signs: give a model.onnx that ashlar hash train has left.`,
    );
}

/** Codes that a classifier gives without being trained for codes: what trained ones are compared with. */
export interface ClassifierCodes {
  readonly name: string;
  readonly index: Codes;
  readonly queries: Codes;
}

/**
 * The predicted class, one bit a class; and the scores of the classes, each compared with its mean over the index. Both have as many
 * bits as there are classes.
 * @throws UserError where the model is no classifier. @param where names the model in errors.
 */
export async function classifierCodes(
  model: Model,
  where: string,
  inputs: { readonly index: Matrix; readonly queries: Matrix },
  engine: Engine,
): Promise<ClassifierCodes[]> {
  if (model.task !== 'classification')
    throw new UserError(
      `${where} is not a classifier, whose outputs are scores of classes: give a model.onnx that ashlar train has left.`,
    );
  const [index, queries] = [
    await predict(model, inputs.index, engine),
    await predict(model, inputs.queries, engine),
  ];
  const ofClass = (scores: Matrix): Codes => packSigns(oneHot(argMax(scores), scores.shape[1]));
  const means = columnMeans(index);
  return [
    { name: 'predicted class', index: ofClass(index), queries: ofClass(queries) },
    { name: 'class scores', index: packSigns(index, means), queries: packSigns(queries, means) },
  ];
}

function columnMeans({ shape: [n, columns], data }: Matrix): Float64Array {
  const means = new Float64Array(columns);
  for (let k = 0; k < data.length; k++) means[k % columns]! += data[k]! / n;
  return means;
}
