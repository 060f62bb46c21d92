import { Command } from 'commander';
import type { Competitor } from '../../estimator/competitors.ts';
import { resolveConfig } from '../../estimator/resolveConfig.ts';
import { runContest } from '../contest.ts';
import type { ContestOptions } from '../contestRequest.ts';
import * as parse from '../parse.ts';
import { option } from './problemOptions.ts';
import { reproduceHashingCommand } from './reproduceHashing.ts';
import { openData } from './request.ts';

interface ReproduceOptions extends ContestOptions {
  readonly sweeps?: number;
  readonly samples?: number;
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
};

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
  const list = competitors(options.sweeps ?? sweeps);
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
