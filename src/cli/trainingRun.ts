import { basename } from 'node:path';
import { UserError } from '../algebra/errors.ts';
import { noClassifier } from '../classify/index.ts';
import type { DataSource } from '../data/dataset.ts';
import { single } from '../distributed/single.ts';
import type { Config } from '../estimator/config.ts';
import {
  estimateBatchMemory,
  estimateClassifierMemory,
  estimateMemory,
  requireMemory,
} from '../estimator/memory.ts';
import type { Checkpoint, DataRequest } from '../estimator/node/checkpoint.ts';
import { nodeEngine } from '../estimator/node/nodeEngine.ts';
import { openRunFolder } from '../estimator/node/runFolder.ts';
import { prepareTraining } from '../estimator/training.ts';
import type { Model } from '../models/model.ts';
import { describeNetwork } from '../models/network.ts';
import { factsOf } from './facts.ts';
import { jsonOutput, type Output, tableOutput } from './output.ts';

/** Options of a run that decide nothing about its numbers. */
export interface RunOptions {
  readonly threads?: number;
  readonly out?: string;
  readonly resume?: string;
  readonly json?: boolean;
}

export interface TrainingRun {
  readonly request: DataRequest;
  readonly data: DataSource;
  readonly config: Config;
  readonly options: RunOptions;
  /** The run that is resumed. */
  readonly checkpoint?: Checkpoint;
  /** The model of `config.start`. */
  readonly start?: Model;
  /** Of the folder in runs/; that of the data without it. */
  readonly name?: string;
  /** What else to tell of the model, by name, in the report and in the model. */
  readonly remarks?: readonly (readonly [string, string])[];
}

/** Trains until it ends or is interrupted, tells of it, and leaves the run folder. */
export async function runTraining({
  request,
  data,
  config,
  options,
  checkpoint,
  start,
  name = basename(request.source).replace(/\W+/g, '-'),
  remarks = [],
}: TrainingRun): Promise<void> {
  const held = Math.round(data.train.inputs.shape[0] * config.validation);
  const widths = [data.train.inputs.shape[1], ...config.hidden, data.train.targets.shape[1]];
  const samples = data.train.inputs.shape[0] - held;
  if (checkpoint) requireSameNetwork(checkpoint, widths, samples, options.resume!);
  const needed =
    config.batch === undefined
      ? estimateMemory(widths, samples, config.precision)
      : estimateBatchMemory(widths, samples, Math.min(config.batch, samples), config.precision);
  const added =
    config.classifier === noClassifier ? 0 : estimateClassifierMemory(widths, samples, config.precision);
  requireMemory(needed + added, process.availableMemory());

  const output: Output = options.json ? jsonOutput() : tableOutput();
  const resume = await checkpoint?.load();
  const history = resume?.records ?? [];
  const engine = nodeEngine({ precision: config.precision, threads: options.threads });
  const training = await prepareTraining(
    config,
    data,
    { engine, communicator: single, log: output.log },
    { resume, start },
  );
  const folder = await openRunFolder({
    path: options.out,
    name,
    resumed: options.resume,
    config: { data: request, ...config },
    history,
  });

  const interrupt = new AbortController();
  const onInterrupt = (): void => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
    output.log('Interrupted: this sweep is finished and saved; press Ctrl-C again to leave at once.');
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);

  const started = performance.now();
  output.start({
    source: request.source,
    data,
    training,
    config,
    engine: engine.name,
    folder: folder.path,
    resumed: history.length > 0,
  });
  const run = training.solve({ signal: interrupt.signal });
  let step = await run.next();
  for (; !step.done; step = await run.next()) {
    await folder.record(step.value);
    output.sweep(step.value);
  }
  const solution = step.value;
  const { weights, scores, retrained } = await training.finish(solution);
  const seconds = (performance.now() - started) / 1000;
  const facts = [
    ...factsOf({ request, config, training, solution, scores, retrained, seconds, engine: engine.name }),
    ...remarks,
  ];
  await folder.finish({
    model: training.model(weights, Object.fromEntries(facts)),
    facts: { data: request, config, widths, samples, records: solution.records },
    state: training.state,
    solution,
    report: {
      title: `${request.source}, ${describeNetwork(training.network)}`,
      status: solution.status,
      facts,
      records: solution.records,
    },
  });
  output.end({ solution, scores, retrained, seconds, task: data.train.task, folder: folder.path });
  await engine.dispose();
  process.exitCode =
    { interrupted: 130, 'not finite': 1, 'descent violated': 1 }[solution.status.name as string] ?? 0;
}

function requireSameNetwork(
  { facts }: Checkpoint,
  widths: readonly number[],
  samples: number,
  folder: string,
): void {
  if (facts.widths.join() === widths.join() && facts.samples === samples) return;
  throw new UserError(
    `The checkpoint in ${folder} is of a network ${facts.widths.join('-')} on ${facts.samples} samples, and these data and settings make ${widths.join('-')} on ${samples}: resume it with the data it was trained on.`,
  );
}
