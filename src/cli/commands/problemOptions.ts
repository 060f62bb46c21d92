import { type Command, Option } from 'commander';
import { namedSources } from '../../data/node/namedSources.ts';
import { type Config, classWeightings } from '../../estimator/config.ts';
import { presets } from '../../estimator/presets.ts';
import { resolveConfig } from '../../estimator/resolveConfig.ts';
import { auto, trainers } from '../../estimator/trainers.ts';
import { parseInputs } from '../../models/multiInput.ts';
import { rateSchedules } from '../../splitting/batchMethod.ts';
import { outputUpdates } from '../../splitting/method.ts';
import * as parse from '../parse.ts';

export const defaults: Config = resolveConfig({});
/** What stands for the defaults that differ from method to method; `ashlar methods` lists them. */
export const byMethod = "the method's";

export function option(flags: string, description: string, byDefault?: unknown): Option {
  return new Option(flags, byDefault === undefined ? description : `${description} (default: ${byDefault})`);
}

const names = (terms: readonly { readonly name: string }[]): string[] => terms.map(({ name }) => name);

/** The argument and the options that say what is minimised, on which data and by which method. */
export function problemOptions(
  command: Command,
  { method = true, hidden = byMethod }: { readonly method?: boolean; readonly hidden?: string } = {},
): Command {
  if (method)
    command.addOption(
      option(
        '--method <name>',
        'how the network is trained; ashlar methods lists them and their defaults',
        auto,
      ).choices([auto, ...names(trainers)]),
    );
  return command
    .argument(
      '[data]',
      `${Object.keys(namedSources).join(', ')}, a folder of IDX files, or a .csv/.tsv file with --target`,
    )
    .addOption(
      option('--preset <name>', 'settings that other options override; see ashlar methods').choices(
        Object.keys(presets),
      ),
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
    .addOption(
      option('--hidden <widths>', 'hidden layers: 300,100 or 600x10', hidden).argParser(parse.widths),
    )
    .addOption(option('--residual', 'every hidden layer but the first adds its input; all have one width'))
    .addOption(
      option(
        '--inputs <equations>',
        'what layers are given, V0 being the data: "V2 = W V1 + V0; V3 = W V2 + V1"',
        'the layer below',
      ).argParser(parseInputs),
    )
    .addOption(option('--activation <name>', 'of the hidden layers; see ashlar methods', defaults.activation))
    .addOption(option('--loss <name>', 'of the outputs; see ashlar methods', byMethod))
    .addOption(
      option('--gamma <weights>', 'of the coupling terms: one, or one a layer', byMethod).argParser(
        parse.numbers,
      ),
    )
    .addOption(
      option(
        '--alpha <weights>',
        'of the proximal terms: 5 or V=5,U=5,W=100; lists as for gamma',
        byMethod,
      ).argParser(parse.alpha),
    )
    .addOption(
      option(
        '--theta <sequence>',
        'part of each step that tikhonov and fenchel take: 0.5, 1/t^2, max(1/t^2,0.1) or 1,0.5,0.25',
        'whole steps',
      ),
    )
    .addOption(
      option(
        '--weight-regularizer <term:weight>',
        'such as squaredL2:0.1; see ashlar methods',
        'none',
      ).argParser(parse.weighted),
    )
    .addOption(option('--spare-output', 'leave the last layer without the weight regularizer'))
    .addOption(
      option('--state-regularizer <term:weight>', 'the same on hidden states', 'none').argParser(
        parse.weighted,
      ),
    )
    .addOption(
      option('--output-update <name>', 'how the outputs V_N are updated', byMethod).choices(outputUpdates),
    )
    .addOption(
      option(
        '--batch <samples>',
        'samples in a mini-batch, of the methods that have one',
        byMethod,
      ).argParser(parse.number),
    )
    .addOption(
      option('--rate <number>', 'learning rate, of the solvers that have one', byMethod).argParser(
        parse.number,
      ),
    )
    .addOption(
      option(
        '--rate-schedule <name>',
        'linear: the learning rate falls to 0 over the run',
        defaults.rateSchedule,
      ).choices(rateSchedules),
    )
    .addOption(
      option('--smoothing <share>', 'of each class target, spread over all classes', byMethod).argParser(
        parse.number,
      ),
    )
    .addOption(
      option(
        '--class-weights <name>',
        'balanced: every class counts the same',
        defaults.classWeights,
      ).choices(classWeightings),
    )
    .addOption(
      option('--order <blocks>', 'backward, forward, statesFirst, or all blocks by name', defaults.order),
    );
}
