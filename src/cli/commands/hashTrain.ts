import { basename } from 'node:path';
import { Command } from 'commander';
import { fewestBits, mostBits, requireBits } from '../../classify/hashing/codes.ts';
import { encoderFacts, hashingSettings, withCodewords } from '../../estimator/hashing.ts';
import * as parse from '../parse.ts';
import { type RunOptions, runTraining } from '../trainingRun.ts';
import { option, problemOptions } from './problemOptions.ts';
import { askedSettings, configOf, dataFacts, dataRequest, openData, type ProblemOptions } from './request.ts';
import { runOptions } from './runOptions.ts';

interface HashTrainOptions extends ProblemOptions, RunOptions {
  readonly bits?: number;
}

const usualBits = 64;

export function hashTrainCommand(): Command {
  return runOptions(problemOptions(new Command('train'), { hidden: '256x48' }))
    .description('train an encoder whose outputs are read by their signs, and leave it in a run folder')
    .addOption(
      option('--bits <count>', `length of a code, ${fewestBits} to ${mostBits}`, usualBits).argParser(
        parse.number,
      ),
    )
    .action(train);
}

async function train(source: string | undefined, options: HashTrainOptions): Promise<void> {
  const { bits = usualBits } = options;
  const request = dataRequest(source, options);
  // Settings that are wrong are told before the data are read.
  requireBits(bits);
  const settings = { ...options, ...hashingSettings(askedSettings(options)) };
  const { seed } = configOf(settings, { task: 'regression' });
  const data = withCodewords(await openData(request, seed), bits, seed);
  await runTraining({
    request,
    data,
    config: configOf(settings, dataFacts(data.train)),
    options,
    name: `hash-${basename(request.source).replace(/\W+/g, '-')}`,
    remarks: [encoderFacts(bits)],
  });
}
