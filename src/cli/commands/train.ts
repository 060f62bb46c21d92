import { basename, join } from 'node:path';
import { Command } from 'commander';
import { UserError } from '../../algebra/errors.ts';
import { classifierNames, noClassifier } from '../../classify/index.ts';
import { single } from '../../distributed/single.ts';
import {
  estimateBatchMemory,
  estimateClassifierMemory,
  estimateMemory,
  requireMemory,
} from '../../estimator/memory.ts';
import { type Checkpoint, openCheckpoint } from '../../estimator/node/checkpoint.ts';
import { nodeEngine } from '../../estimator/node/nodeEngine.ts';
import { checkpointName, openRunFolder } from '../../estimator/node/runFolder.ts';
import { prepareTraining } from '../../estimator/training.ts';
import { initialisations } from '../../models/initialise.ts';
import { describeNetwork } from '../../models/network.ts';
import { factsOf } from '../facts.ts';
import { jsonOutput, type Output, tableOutput } from '../output.ts';
import * as parse from '../parse.ts';
import { byMethod, defaults, option, problemOptions } from './problemOptions.ts';
import { configOf, dataFacts, dataRequest, openData, type ProblemOptions } from './request.ts';

interface TrainOptions extends ProblemOptions {
  readonly threads?: number;
  readonly out?: string;
  readonly resume?: string;
  readonly json?: boolean;
}

export function trainCommand(): Command {
  return problemOptions(new Command('train'))
    .description('train a network and leave model.onnx, a checkpoint and a report in a run folder')
    .addOption(option('--init <name>', 'first weights', byMethod).choices(Object.keys(initialisations)))
    .addOption(
      option('--seed <number>', 'of the first weights and of all splits', defaults.seed).argParser(
        parse.number,
      ),
    )
    .addOption(
      option('--sweeps <count>', 'sweeps in all', `${byMethod}, or as many as --time allows`).argParser(
        parse.number,
      ),
    )
    .addOption(
      option('--time <duration>', 'train as well as can be done in this time: 60s, 3m').argParser(
        parse.duration,
      ),
    )
    .addOption(
      option(
        '--patience <sweeps>',
        'stop when the validation score has not risen for so many sweeps',
      ).argParser(parse.number),
    )
    .addOption(option('--certify', 'measure the subgradient residual after every sweep'))
    .addOption(
      option('--tolerance <fraction>', 'stop when that residual has fallen to this fraction').argParser(
        parse.number,
      ),
    )
    .addOption(
      option('--validation <fraction>', 'keep the sweep that is best on this share of the samples').argParser(
        parse.number,
      ),
    )
    .addOption(
      option(
        '--score-every <sweeps>',
        'measure test accuracy so often; 0: at the end',
        defaults.scoreEvery,
      ).argParser(parse.number),
    )
    .addOption(
      option(
        '--classifier <name>',
        'trained on the last hidden features in place of the last layer; see ashlar methods',
        defaults.classifier,
      ).choices(classifierNames),
    )
    .addOption(
      option(
        '--classifier-c <number>',
        'its C, weight of the errors',
        'found on the training samples',
      ).argParser(parse.number),
    )
    .addOption(
      option('--precision <type>', 'of states and products', defaults.precision).choices([
        'float32',
        'float64',
      ]),
    )
    .addOption(option('--threads <count>', 'cores to use', 'all').argParser(parse.number))
    .addOption(
      option('--chunk <samples>', 'samples that a pass handles at once', defaults.chunk).argParser(
        parse.number,
      ),
    )
    .addOption(option('--out <folder>', 'run folder', 'runs/DATA-1, -2, …'))
    .addOption(
      option('--resume <folder>', 'go on with the run in this folder; --sweeps counts from its start'),
    )
    .addOption(option('--json', 'one JSON object a line on standard output'))
    .action((data: string | undefined, options: TrainOptions) => train(data, options));
}

async function train(source: string | undefined, options: TrainOptions): Promise<void> {
  const checkpoint =
    options.resume === undefined ? undefined : await openCheckpoint(join(options.resume, checkpointName));
  const request = dataRequest(source, options, checkpoint);
  // Settings that are wrong are told before the data are read.
  const { seed } = configOf(options, { task: request.task ?? 'classification' }, checkpoint);
  const data = await openData(request, seed);
  const config = configOf(options, dataFacts(data.train), checkpoint);
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
    resume,
  );
  const folder = await openRunFolder({
    path: options.out,
    name: basename(request.source).replace(/\W+/g, '-'),
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
  const facts = factsOf({
    request,
    config,
    training,
    solution,
    scores,
    retrained,
    seconds,
    engine: engine.name,
  });
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
