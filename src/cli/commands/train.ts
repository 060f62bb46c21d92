import { join } from 'node:path';
import { Command } from 'commander';
import { startSettings } from '../../estimator/networkOf.ts';
import { openCheckpoint } from '../../estimator/node/checkpoint.ts';
import { checkpointName } from '../../estimator/node/runFolder.ts';
import { type RunOptions, runTraining } from '../trainingRun.ts';
import { option, problemOptions } from './problemOptions.ts';
import { configOf, dataFacts, dataRequest, openData, type ProblemOptions } from './request.ts';
import { runOptions } from './runOptions.ts';
import { readModel } from './shared.ts';

interface TrainOptions extends ProblemOptions, RunOptions {
  readonly resume?: string;
}

export function trainCommand(): Command {
  return runOptions(problemOptions(new Command('train')))
    .description('train a network and leave model.onnx, a checkpoint and a report in a run folder')
    .addOption(
      option(
        '--start <model>',
        'a trained model.onnx, whose network and weights the run begins with, by any method and on any data like its own',
      ).conflicts(['init', 'resume']),
    )
    .addOption(option('--keep-zeros', 'leave weights at 0 that are 0 in the model to start from'))
    .addOption(
      option('--resume <folder>', 'go on with the run in this folder; --sweeps counts from its start'),
    )
    .action((data: string | undefined, options: TrainOptions) => train(data, options));
}

async function train(source: string | undefined, options: TrainOptions): Promise<void> {
  const checkpoint =
    options.resume === undefined ? undefined : await openCheckpoint(join(options.resume, checkpointName));
  const request = dataRequest(source, options, checkpoint);
  const start = options.start === undefined ? undefined : await readModel(options.start);
  const asked = start ? { ...startSettings(start, options.start!), ...options } : options;
  // Settings that are wrong are told before the data are read.
  const { seed } = configOf(asked, { task: request.task ?? 'classification' }, checkpoint);
  const data = await openData(request, seed);
  const config = configOf(asked, dataFacts(data.train), checkpoint);
  await runTraining({
    request,
    data,
    config,
    options,
    ...(checkpoint && { checkpoint }),
    ...(start && { start }),
  });
}
