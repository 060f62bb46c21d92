import { Command } from 'commander';
import { type Check, check } from '../../estimator/check.ts';
import { presets } from '../../estimator/presets.ts';
import { describeNetwork } from '../../models/network.ts';
import { threeSplitting } from '../../splitting/threeSplitting.ts';
import { option, problemOptions } from './problemOptions.ts';
import { configOf, dataFacts, dataRequest, openData, type ProblemOptions } from './request.ts';

interface CheckOptions extends ProblemOptions {
  readonly json?: boolean;
}

export function checkCommand(): Command {
  return problemOptions(new Command('check'))
    .description('say which theorem covers a training problem, with which constants, and what is missing')
    .addOption(option('--json', 'one JSON object on standard output'))
    .action(async (source: string | undefined, options: CheckOptions) => {
      // Settings that are wrong are told before the data are read.
      const ofPreset = presets[options.preset ?? '']?.settings.method;
      const asked = { ...options, method: options.method ?? ofPreset ?? threeSplitting.name };
      const { seed } = configOf(asked, { task: options.task ?? 'classification' });
      const { train } = await openData(dataRequest(source, options), seed);
      const checked = check(train, configOf(asked, dataFacts(train)));
      process.stdout.write(options.json ? `${json(checked)}\n` : text(checked));
    });
}

function json({ network, theory, leastBound }: Check): string {
  const { relativeErrorConstant, ...plain } = theory;
  const b = relativeErrorConstant(leastBound);
  return JSON.stringify({
    network,
    ...plain,
    ...(b !== undefined && { relativeErrorConstant: b, B: leastBound }),
  });
}

function text({ network, config, theory, leastBound }: Check): string {
  const width = Math.max(...theory.hypotheses.map(({ name }) => name.length));
  const lines = theory.hypotheses.map(
    ({ name, holds, sentence }) => `  ${name.padEnd(width)}  ${holds ? 'yes' : 'no '}  ${sentence}`,
  );
  const b = theory.relativeErrorConstant(leastBound);
  const relative =
    b === undefined
      ? 'No b is stated for dist(0, dL(P^k)) <= b ||P^k - P^(k-1)|| (C.26).'
      : `dist(0, dL(P^k)) <= b ||P^k - P^(k-1)||, b = ${b.toPrecision(4)} for the smallest B, ${leastBound.toPrecision(4)}, and larger for larger iterates.`;
  return [
    `${describeNetwork(network)}, ${config.activation}, loss ${config.loss}, ${config.method}`,
    '',
    theory.sentence,
    '',
    ...lines,
    '',
    `L(P^(k-1)) - L(P^k) >= a ||P^k - P^(k-1)||^2, a = ${theory.descentConstant}.`,
    relative,
    '',
  ].join('\n');
}
