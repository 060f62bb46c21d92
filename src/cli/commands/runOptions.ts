import type { Command } from 'commander';
import { classifierNames } from '../../classify/index.ts';
import { initialisations } from '../../models/initialise.ts';
import * as parse from '../parse.ts';
import { byMethod, defaults, option } from './problemOptions.ts';

/** The options that say how a run goes: where it begins and ends, what is measured on the way, and where its results go. */
export function runOptions(command: Command): Command {
  return command
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
    .addOption(option('--json', 'one JSON object a line on standard output'));
}
