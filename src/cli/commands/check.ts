import { Command } from 'commander';
import { squaredNorm } from '../../algebra/tensor.ts';
import { poseProblem } from '../../estimator/training.ts';
import { describeNetwork } from '../../models/network.ts';
import { theoryOf } from '../../solve/theory.ts';
import { option, problemOptions } from './problemOptions.ts';
import { configOf, dataRequest, openData, type ProblemOptions } from './request.ts';

interface CheckOptions extends ProblemOptions {
  readonly json?: boolean;
}

export function checkCommand(): Command {
  return problemOptions(new Command('check'))
    .description('say which theorem covers a training problem, with which constants, and what is missing')
    .addOption(option('--json', 'one JSON object on standard output'))
    .action(check);
}

async function check(source: string | undefined, options: CheckOptions): Promise<void> {
  const config = configOf(options);
  const { train } = await openData(dataRequest(source, options), config.seed);
  const { network, problem, method, updates } = poseProblem(config, train);
  const theory = theoryOf(problem, method, updates);
  // Lemma 8 bounds the data and the ones that carry the biases too, so no B is smaller.
  const leastB = Math.sqrt(squaredNorm(train.inputs) + train.inputs.shape[0]);
  const b = theory.relativeErrorConstant(leastB);
  if (options.json) {
    const { relativeErrorConstant: _, ...plain } = theory;
    const constants = b === undefined ? {} : { relativeErrorConstant: b, B: leastB };
    process.stdout.write(`${JSON.stringify({ network, ...plain, ...constants })}\n`);
    return;
  }
  const width = Math.max(...theory.hypotheses.map(({ name }) => name.length));
  const lines = theory.hypotheses.map(
    ({ name, holds, sentence }) => `  ${name.padEnd(width)}  ${holds ? 'yes' : 'no '}  ${sentence}`,
  );
  const relative =
    b === undefined
      ? 'No b is stated for dist(0, dL(P^k)) <= b ||P^k - P^(k-1)|| (C.26).'
      : `dist(0, dL(P^k)) <= b ||P^k - P^(k-1)||, b = ${b.toPrecision(4)} for the smallest B, ${leastB.toPrecision(4)}, and larger for larger iterates.`;
  process.stdout.write(
    `${describeNetwork(network)}, ${config.activation}, loss ${config.loss}, ${method.reference}\n\n${theory.sentence}\n\n${lines.join('\n')}\n\n` +
      `L(P^(k-1)) - L(P^k) >= a ||P^k - P^(k-1)||^2, a = ${theory.descentConstant}.\n${relative}\n`,
  );
}
