import { Command } from 'commander';
import { baselines } from '../../baselines/index.ts';
import { competitorsOf } from '../../estimator/competitors.ts';
import type { ConfigInput } from '../../estimator/config.ts';
import { settingNames } from '../../estimator/configSchema.ts';
import { auto } from '../../estimator/trainers.ts';
import { runContest } from '../contest.ts';
import type { ContestOptions } from '../contestRequest.ts';
import * as parse from '../parse.ts';
import { byMethod, defaults, option, problemOptions } from './problemOptions.ts';
import { dataRequest, openData, type ProblemOptions } from './request.ts';

interface CompareOptions extends ProblemOptions, Omit<ContestOptions, 'seed'> {
  readonly methods?: string[];
}

const everything = [auto, ...baselines.map(({ name }) => name)];

export function compareCommand(): Command {
  return problemOptions(new Command('compare'), { method: false })
    .description(
      'train one network in several ways, side by side, and leave a report of accuracy over sweeps and time',
    )
    .addOption(
      option(
        '--methods <names>',
        'such as auto,adam,sgd(0.01); a rate in brackets is not tuned',
        everything,
      ).argParser(parse.names),
    )
    .addOption(
      option('--trials <count>', 'runs of each, with seeds that count up', 3).argParser(parse.number),
    )
    .addOption(option('--seed <number>', 'of the first run', defaults.seed).argParser(parse.number))
    .addOption(option('--sweeps <count>', 'of every run', byMethod).argParser(parse.number))
    .addOption(option('--init <name>', 'first weights', byMethod))
    .addOption(option('--no-tune', 'take the usual learning rates as they are'))
    .addOption(option('--threads <count>', 'cores to use', 'all').argParser(parse.number))
    .addOption(option('--out <folder>', 'folder of the report', 'runs/compare-DATA-1, -2, …'))
    .addOption(option('--json', 'one JSON object a line on standard output'))
    .action(async (source: string | undefined, options: CompareOptions) => {
      const request = dataRequest(source, options);
      const settings = settingsOf(options);
      const names = options.methods ?? everything;
      // Settings that are wrong are told before the data are read.
      competitorsOf(names, settings, options.task ?? 'classification');
      const data = await openData(request, settings.seed ?? defaults.seed);
      await runContest({
        name: `compare-${request.source}`,
        title: `${request.source}: ${names.length === 1 ? 'one way' : `${names.length} ways`} to train one network`,
        source: request.source,
        data,
        competitors: competitorsOf(names, settings, data.train.task, data.train.inputs.shape[0]),
        remarks: [],
        options,
      });
    });
}

function settingsOf(options: CompareOptions): ConfigInput {
  const given = settingNames
    .filter((name) => name !== 'method')
    .map((name) => [name, options[name]] as const)
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}
