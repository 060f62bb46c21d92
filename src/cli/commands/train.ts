import { basename, join } from 'node:path';
import { Command, Option } from 'commander';
import { UserError } from '../../algebra/errors.ts';
import type { DataSource } from '../../data/dataset.ts';
import { namedSources } from '../../data/node/namedSources.ts';
import { openSource } from '../../data/node/sources.ts';
import { take } from '../../data/split.ts';
import { single } from '../../distributed/single.ts';
import { type Config, type ConfigInput, fixedSettings } from '../../estimator/config.ts';
import { estimateMemory, requireMemory } from '../../estimator/memory.ts';
import { type Checkpoint, type DataRequest, openCheckpoint } from '../../estimator/node/checkpoint.ts';
import { nodeEngine } from '../../estimator/node/nodeEngine.ts';
import { checkpointName, openRunFolder } from '../../estimator/node/runFolder.ts';
import { resolveConfig } from '../../estimator/resolveConfig.ts';
import { prepareTraining } from '../../estimator/training.ts';
import { initialisations } from '../../models/initialise.ts';
import { describeNetwork } from '../../models/network.ts';
import { activations } from '../../problem/activations/index.ts';
import { losses } from '../../problem/losses/index.ts';
import { usage } from '../../problem/named.ts';
import { regularizers } from '../../problem/regularizers/index.ts';
import type { Family, Term } from '../../problem/term.ts';
import { methods } from '../../splitting/index.ts';
import { outputUpdates } from '../../splitting/method.ts';
import { factsOf } from '../facts.ts';
import { jsonOutput, type Output, tableOutput } from '../output.ts';
import * as parse from '../parse.ts';

interface TrainOptions extends ConfigInput {
  readonly target?: string;
  readonly task?: 'classification' | 'regression';
  readonly holdout?: number;
  readonly samples?: number;
  readonly time?: number;
  readonly threads?: number;
  readonly out?: string;
  readonly resume?: string;
  readonly json?: boolean;
}

const usages = (terms: readonly (Term & { readonly family?: Family<Term> })[]): string =>
  terms.map(usage).join(', ');
const names = (terms: readonly { readonly name: string }[]): string[] => terms.map(({ name }) => name);

export function trainCommand(): Command {
  const defaults = resolveConfig({});
  const option = (flags: string, description: string, byDefault?: unknown): Option =>
    new Option(flags, byDefault === undefined ? description : `${description} (default: ${byDefault})`);
  return new Command('train')
    .description('train a network and leave model.onnx, a checkpoint and a report in a run folder')
    .argument(
      '[data]',
      `${Object.keys(namedSources).join(', ')}, a folder of IDX files, or a .csv/.tsv file with --target`,
    )
    .addOption(option('--target <column>', 'column of a table to predict'))
    .addOption(
      option('--task <task>', 'what the target is; found out from its values').choices([
        'classification',
        'regression',
      ]),
    )
    .addOption(
      option(
        '--holdout <fraction>',
        'rows kept for testing where the data have no test samples',
        0.2,
      ).argParser(parse.number),
    )
    .addOption(option('--samples <count>', 'train on the first samples only').argParser(parse.number))
    .addOption(option('--method <name>', 'how blocks are updated', defaults.method).choices(names(methods)))
    .addOption(
      option('--hidden <widths>', 'hidden layers: 300,100 or 600x10', defaults.hidden).argParser(
        parse.widths,
      ),
    )
    .addOption(option('--residual', 'every hidden layer but the first adds its input; all have one width'))
    .addOption(
      option('--activation <name>', `of the hidden layers: ${usages(activations)}`, defaults.activation),
    )
    .addOption(option('--loss <name>', `of the outputs: ${usages(losses)}`, defaults.loss))
    .addOption(
      option('--gamma <weights>', 'of the coupling terms: one, or one a layer', defaults.gamma).argParser(
        parse.numbers,
      ),
    )
    .addOption(
      option(
        '--alpha <weights>',
        'of the proximal terms: 5 or V=5,U=5,W=100; lists as for gamma',
        alphaText(defaults),
      ).argParser(parse.alpha),
    )
    .addOption(
      option(
        '--weight-regularizer <term:weight>',
        `such as squaredL2:0.1; ${usages(regularizers)}`,
        'none',
      ).argParser(parse.weighted),
    )
    .addOption(
      option('--state-regularizer <term:weight>', 'on hidden states', 'none').argParser(parse.weighted),
    )
    .addOption(
      option('--output-update <name>', 'how the outputs V_N are updated', defaults.outputUpdate).choices(
        outputUpdates,
      ),
    )
    .addOption(option('--order <blocks>', 'backward, forward, or all blocks by name', defaults.order))
    .addOption(option('--init <name>', 'first weights', defaults.init).choices(Object.keys(initialisations)))
    .addOption(
      option('--seed <number>', 'of the first weights and of all splits', defaults.seed).argParser(
        parse.number,
      ),
    )
    .addOption(option('--sweeps <count>', 'sweeps in all', defaults.sweeps).argParser(parse.number))
    .addOption(
      option('--time <duration>', 'stop before this time is over: 60s, 3m').argParser(parse.duration),
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

function alphaText({ alpha: { V, U, W } }: Config): string {
  return String(V) === String(U) && String(U) === String(W) ? String(V) : `V=${V},U=${U},W=${W}`;
}

async function train(source: string | undefined, options: TrainOptions): Promise<void> {
  const checkpoint =
    options.resume === undefined ? undefined : await openCheckpoint(join(options.resume, checkpointName));
  const request = dataRequest(source, options, checkpoint);
  const config = configOf(options, checkpoint);
  const data = await openData(request, config.seed);
  const held = Math.round(data.train.inputs.shape[0] * config.validation);
  const widths = [data.train.inputs.shape[1], ...config.hidden, data.train.targets.shape[1]];
  const samples = data.train.inputs.shape[0] - held;
  if (checkpoint) requireSameNetwork(checkpoint, widths, samples, options.resume!);
  requireMemory(estimateMemory(widths, samples, config.precision), process.availableMemory());

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
  const weights = solution.best?.weights ?? solution.weights;
  const scores = await training.finalScores(weights);
  const seconds = (performance.now() - started) / 1000;
  const facts = factsOf({ request, config, training, solution, scores, seconds, engine: engine.name });
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
  output.end({ solution, scores, seconds, task: data.train.task, folder: folder.path });
  await engine.dispose();
  process.exitCode =
    { interrupted: 130, 'not finite': 1, 'descent violated': 1 }[solution.status.name as string] ?? 0;
}

function dataRequest(
  source: string | undefined,
  options: TrainOptions,
  checkpoint: Checkpoint | undefined,
): DataRequest {
  const known = checkpoint?.facts.data;
  const name = source ?? known?.source;
  if (name === undefined)
    throw new UserError(
      'No data were named: give mnist, fashion-mnist, a folder of IDX files or a .csv file, as in "ashlar train mnist".',
    );
  for (const key of ['target', 'task', 'holdout', 'samples'] as const)
    if (known && options[key] !== undefined) requireUnchanged(key, known[key], options[key]);
  const {
    target = known?.target,
    task = known?.task,
    holdout = known?.holdout,
    samples = known?.samples,
  } = options;
  return {
    source: name,
    ...(target !== undefined && { target }),
    ...(task && { task }),
    ...(holdout !== undefined && { holdout }),
    ...(samples !== undefined && { samples }),
  };
}

/** The settings asked for, over those of the checkpoint, over the defaults. */
function configOf(options: TrainOptions, checkpoint: Checkpoint | undefined): Config {
  const asked: ConfigInput = {
    ...Object.fromEntries(
      Object.keys(resolveConfig({})).map((key) => [key, options[key as keyof ConfigInput]]),
    ),
    seconds: options.time,
    tolerance: options.tolerance,
  };
  const known = checkpoint?.facts.config;
  if (known === undefined) return resolveConfig(asked);
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const { seconds: _, ...kept } = known;
  const config = resolveConfig({ ...kept, ...given });
  for (const key of fixedSettings) requireUnchanged(key, known[key], config[key]);
  return config;
}

function requireUnchanged(key: string, was: unknown, is: unknown): void {
  const [before, now] = [was, is].map((value) => JSON.stringify(value));
  if (now !== before)
    throw new UserError(
      `The checkpoint was made ${before === undefined ? `without ${key}` : `with ${key} ${before}`} and cannot go on with ${now}: leave the option out, or start a new run.`,
    );
}

async function openData(request: DataRequest, seed: number): Promise<DataSource> {
  const data = await openSource(request.source, { ...request, seed });
  return request.samples === undefined ? data : { ...data, train: take(data.train, request.samples) };
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
