import { UserError } from '../../algebra/errors.ts';
import type { Matrix } from '../../algebra/tensor.ts';
import { openCsv } from '../../data/csv.ts';
import type { Dataset } from '../../data/dataset.ts';
import { readBytes, readText } from '../../data/node/readFile.ts';
import { openSource } from '../../data/node/sources.ts';
import { tableDataset, tableInputs } from '../../data/table.ts';
import type { Model } from '../../models/model.ts';
import { importOnnx } from '../../models/onnxModel.ts';

/** Parts of a data set that can be asked for. */
export const parts = ['train', 'test'] as const;
export type Part = (typeof parts)[number];

export async function readModel(path: string): Promise<Model> {
  return importOnnx(await readBytes(path), path);
}

/** Samples with targets, to evaluate a model on: all rows of a table, or one part of a set of images. */
export async function labelled(model: Model, source: string, part: Part | undefined): Promise<Dataset> {
  if (model.features === undefined) return imagePart(source, part);
  const classes = model.task === 'classification' ? { classes: model.outputs } : { task: model.task };
  const target = model.training.target;
  if (target === undefined)
    throw new UserError(
      `The model does not say which column it predicts, so ${source} cannot be used to evaluate it.`,
    );
  return tableDataset(await readText(source), source, { target, features: model.features, ...classes });
}

/** Samples alone, to predict. */
export async function unlabelled(model: Model, source: string, part: Part | undefined): Promise<Matrix> {
  if (model.features === undefined) return (await imagePart(source, part)).inputs;
  return tableInputs(await readText(source), source, model.features);
}

/** Samples with their classes, where these are known: every set of images knows them, and a table that has the target column. */
export async function withClasses(
  model: Model,
  source: string,
  part: Part | undefined,
): Promise<Dataset | { readonly inputs: Matrix }> {
  const { features, training } = model;
  if (features === undefined) return imagePart(source, part);
  const text = await readText(source);
  const { target } = training;
  if (target === undefined || !openCsv(text, source).columns.includes(target))
    return { inputs: tableInputs(text, source, features) };
  return tableDataset(text, source, { target, features, task: 'classification' });
}

async function imagePart(source: string, part: Part | undefined): Promise<Dataset> {
  const data = await openSource(source, { holdout: 0 });
  if (part === 'test' && data.test === undefined)
    throw new UserError(`${source} has no test samples: leave --part out to use its training samples.`);
  return part === 'train' ? data.train : (data.test ?? data.train);
}
