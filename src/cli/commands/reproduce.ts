import { Command } from 'commander';
import { UserError } from '../../algebra/errors.ts';
import { baselines } from '../../baselines/index.ts';
import type { Competitor } from '../../estimator/competitors.ts';
import type { ConfigInput } from '../../estimator/config.ts';
import { presets } from '../../estimator/presets.ts';
import { resolveConfig } from '../../estimator/resolveConfig.ts';
import { fenchel } from '../../splitting/fenchel.ts';
import { proxLinear } from '../../splitting/proxLinear.ts';
import { runContest } from '../contest.ts';
import type { ContestOptions } from '../contestRequest.ts';
import * as parse from '../parse.ts';
import { option } from './problemOptions.ts';
import { reproduceHashingCommand } from './reproduceHashing.ts';
import { openData } from './request.ts';

interface ReproduceOptions extends ContestOptions {
  readonly sweeps?: number;
  readonly samples?: number;
  readonly only?: readonly string[];
}

/** A figure of a paper, as a comparison with settings of its own. */
interface Figure {
  readonly description: string;
  readonly title: string;
  readonly source: string;
  readonly sweeps: number;
  readonly remarks: readonly string[];
  competitors(sweeps: number): readonly Competitor[];
}

const figures: Readonly<Record<string, Figure>> = {
  'zlly-fig1': {
    description: 'ZLLY Figure 1: ten hidden layers of 600 on MNIST, block coordinate descent against SGD',
    title: 'ZLLY Figure 1: ten hidden layers of 600 on MNIST',
    source: 'mnist',
    sweeps: 30,
    remarks: [
      'The setting of ZLLY appendix F: weights N(0, 0.01²) and biases 0.1 for all; threeSplitting and SGD with the squared loss, gamma = alpha = 1, and mini-batches of 512 for SGD at the rates 0.001, 0.01 and 0.05.',
      'The figure of the paper runs to 300 sweeps; its block coordinate descent leaves chance after some 25 of them. auto is the default of ashlar train.',
    ],
    competitors(sweeps) {
      const common = { hidden: new Array<number>(10).fill(600), init: 'paper', sweeps };
      const sgd = (rate: number): Competitor => ({
        name: `sgd(${rate})`,
        tuned: false,
        config: resolveConfig({ ...common, method: 'sgd', loss: 'squared', batch: 512, rate }),
      });
      return [
        { name: 'auto', tuned: false, config: resolveConfig(common) },
        {
          name: 'threeSplitting',
          tuned: false,
          config: resolveConfig({
            ...common,
            method: 'threeSplitting',
            gamma: [1],
            alpha: { V: [1], U: [1], W: [1] },
          }),
        },
        ...[0.001, 0.01, 0.05].map(sgd),
      ];
    },
  },
  'zb-fig3': {
    description: 'ZB Figure 3: the network of Figure 2 on MNIST, dense and sparse, against gradient solvers',
    title: 'ZB Figure 3: block coordinate descent with Tikhonov regularisation on MNIST',
    source: 'mnist',
    sweeps: 100,
    remarks: [
      'The setting of ZB section 3.3.1: gamma = 0.1, the squared loss, theta = 1/t^2, and a linear support vector machine in place of the last layer of every trained network; BCD-S keeps every row of the hidden weights in the unit ball of the 1-norm. The scores by sweep are those of the networks with their own last layers, before it is replaced.',
      'The gradient solvers and proxLinear have their usual rates and losses, which the paper tuned by hand. BCD with whole steps has the proximal terms without theta.',
      'fenchel is Algorithm 1, in whole steps, on the objective without the charge on negative preactivations, from the network that proxLinear found on mini-batches, and fenchel-S from the sparse one of proxLinear-S and five more sweeps, whose zeros both keep. proxLinear has ten sweeps whatever is asked for; seconds are those of each run alone.',
    ],
    competitors: zbFig3,
  },
};

/**
 * ZB Figure 3 with the network of Figure 2: dense and sparse as printed; Fenchel-lifted from the networks of mini-batches before them; and
 * the gradient solvers; all with a support vector machine on top.
 */
function zbFig3(sweeps: number): Competitor[] {
  const network = { ...presets['zb-fig2']!.settings, sweeps };
  const { hidden, inputs, init, classifier, gamma, alpha } = network;
  const shared = { hidden, inputs, classifier, sweeps };
  const entry = (name: string, config: ConfigInput): Competitor => ({
    name,
    tuned: false,
    config: resolveConfig(config),
  });
  const ball = (radius: number): ConfigInput => ({
    weightRegularizer: { term: `l1Ball(${radius})`, weight: 1 },
    spareOutput: true,
  });
  const batches = { ...shared, init, method: proxLinear.name, sweeps: proxLinear.defaults.sweeps };
  const lifted = { ...shared, method: fenchel.name, gamma, alpha };
  return [
    entry('BCD', network),
    entry('BCD-S', { ...network, ...ball(1) }),
    entry('BCD whole steps', { ...network, theta: undefined }),
    entry('proxLinear', batches),
    entry('fenchel', { ...lifted, start: 'proxLinear' }),
    entry('proxLinear-S', { ...batches, ...ball(0.5), alpha: { V: [5], U: [5], W: [6, 1, 7, 30] } }),
    entry('proxLinear-S again', { ...batches, sweeps: 5, start: 'proxLinear-S', keepZeros: true }),
    entry('fenchel-S', { ...lifted, start: 'proxLinear-S again', keepZeros: true }),
    ...baselines.map(({ name }) => entry(name, { ...shared, init, method: name })),
  ];
}

/** One command a figure. */
export function reproduceCommand(): Command {
  const command = new Command('reproduce').description('draw a figure of the papers again');
  for (const [name, figure] of Object.entries(figures))
    command
      .command(name)
      .description(figure.description)
      .addOption(
        option('--trials <count>', 'runs of each, with seeds that count up', 1).argParser(parse.number),
      )
      .addOption(option('--seed <number>', 'of the first run', 0).argParser(parse.number))
      .addOption(option('--sweeps <count>', 'of every run', figure.sweeps).argParser(parse.number))
      .addOption(option('--samples <count>', 'train on the first samples only').argParser(parse.number))
      .addOption(option('--only <names>', 'some of the runs: auto,sgd(0.01)', 'all').argParser(parse.names))
      .addOption(option('--threads <count>', 'cores to use', 'all').argParser(parse.number))
      .addOption(option('--out <folder>', 'folder of the report', `runs/${name}-1, -2, …`))
      .addOption(option('--json', 'one JSON object a line on standard output'))
      .action((options: ReproduceOptions) => draw(name, figure, options));
  return command.addCommand(reproduceHashingCommand());
}

async function draw(
  name: string,
  { title, source, sweeps, remarks, competitors }: Figure,
  options: ReproduceOptions,
): Promise<void> {
  const list = chosen(competitors(options.sweeps ?? sweeps), options.only);
  const { samples } = options;
  const data = await openData({ source, ...(samples !== undefined && { samples }) }, options.seed ?? 0);
  await runContest({
    name,
    title,
    source,
    data,
    competitors: list,
    remarks,
    options: { ...options, trials: options.trials ?? 1 },
  });
}

/** @throws UserError where a name is not one of the figure, or goes on from one that is left out. */
function chosen(all: readonly Competitor[], only: readonly string[] | undefined): readonly Competitor[] {
  if (only === undefined) return all;
  for (const name of only)
    if (!all.some((one) => one.name === name))
      throw new UserError(
        `"${name}" is not a run of this figure; there are ${all.map((one) => one.name).join(', ')}.`,
      );
  for (const { name, config } of all)
    if (only.includes(name) && config.start !== undefined && !only.includes(config.start))
      throw new UserError(
        `"${name}" goes on from "${config.start}", which --only leaves out: name that one too.`,
      );
  return all.filter(({ name }) => only.includes(name));
}
