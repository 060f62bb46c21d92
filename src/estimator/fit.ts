import type { Engine } from '../algebra/engine.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Communicator } from '../distributed/communicator.ts';
import { single } from '../distributed/single.ts';
import type { Model } from '../models/model.ts';
import type { Scores, SweepRecord } from '../solve/record.ts';
import type { Interruption, Status } from '../solve/status.ts';
import type { ConfigInput } from './config.ts';
import { startSettings } from './networkOf.ts';
import { resolveConfig } from './resolveConfig.ts';
import { prepareTraining, type Retrained } from './training.ts';

export interface FitOptions extends ConfigInput {
  readonly engine: Engine;
  /** A trained model whose network and weights the run begins with, to go on with it on these data or by another method. */
  readonly from?: Model;
  /** Samples on which the scores of the trained model are measured besides the training samples. */
  readonly test?: Dataset;
  readonly communicator?: Communicator;
  readonly signal?: Interruption;
  /** Called with the record of each sweep. */
  readonly onSweep?: (record: SweepRecord) => void;
  readonly onLog?: (message: string) => void;
}

export interface Fit {
  readonly model: Model;
  readonly status: Status;
  readonly records: readonly SweepRecord[];
  readonly scores: Scores;
  /** The classifier that took the place of the last layer, where one was asked for. */
  readonly retrained?: Retrained;
}

/** Trains a model; every setting has a default. The precision is that of the engine. */
export async function fit(train: Dataset, options: FitOptions): Promise<Fit> {
  const { engine, test, communicator = single, signal, onSweep, onLog, from, ...settings } = options;
  const config = resolveConfig(
    { ...(from && startSettings(from, 'a model')), ...settings, precision: engine.precision },
    train.task,
    train.inputs.shape[0],
  );
  const source = { name: 'data', train, ...(test && { test }) };
  const surroundings = { engine, communicator, log: onLog ?? (() => {}) };
  const training = await prepareTraining(config, source, surroundings, { start: from });
  const run = training.solve({ ...(signal && { signal }) });
  let step = await run.next();
  for (; !step.done; step = await run.next()) onSweep?.(step.value);
  const { status, records } = step.value;
  const { weights, scores, retrained } = await training.finish(step.value);
  return {
    model: training.model(weights, { method: config.method, loss: config.loss, seed: String(config.seed) }),
    status,
    records,
    scores,
    ...(retrained && { retrained }),
  };
}
