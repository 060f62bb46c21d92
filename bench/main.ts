import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { number, numbers, widths } from '../src/cli/parse.ts';
import { benchEpoch, type EpochBenchOptions } from './epoch.ts';
import { benchHashing, type HashingBenchOptions } from './hashing.ts';
import { benchSolve } from './solve.ts';
import { benchSvm, type SvmBenchOptions } from './svm.ts';
import { benchSweep, type SweepBenchOptions } from './sweep.ts';

function report(result: object, file: string | undefined): void {
  const text = JSON.stringify(
    result,
    (_, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value),
    2,
  );
  process.stdout.write(`${text}\n`);
  if (file !== undefined) writeFileSync(file, `${text}\n`);
}

const program = new Command('bench').description('measurements; every ratio is of one run');
program
  .command('sweep')
  .description('a training sweep on MNIST against the bare product rate of the engine')
  .option('--method <name>', 'threeSplitting, or tikhonov with the network of ZB Fig. 2', 'threeSplitting')
  .option('--weight-regularizer <term>', 'of the hidden weights of tikhonov, such as "l1Ball(1)"')
  .option('--hidden <widths>', 'hidden layers of threeSplitting', widths, [1500, 1500, 1500])
  .option('--activation <name>', 'of the hidden layers', 'relu')
  .option('--sweeps <count>', 'sweeps to time', number, 3)
  .option('--samples <count>', 'only the first samples', number)
  .option('--chunk <samples>', 'samples that a pass handles at once', number)
  .option('--threads <count>', 'cores', number)
  .option('--peer <command>', 'a program to time beside it, which prints {"seconds": …} a line')
  .option('--out <file>', 'write the JSON here too')
  .action(async ({ out, ...options }: SweepBenchOptions & { out?: string }) =>
    report(await benchSweep(options), out),
  );
program
  .command('epoch')
  .description('an epoch of proxLinear on MNIST against one of Adam on the same engine')
  .option('--hidden <widths>', 'hidden layers', widths, [300, 300])
  .option('--batch <samples>', 'samples in a mini-batch', number, 128)
  .option('--epochs <count>', 'epochs to time', number, 5)
  .option('--threads <count>', 'cores', number)
  .option('--peer <command>', 'a program to time beside them, which prints {"seconds": …} a line')
  .option('--out <file>', 'write the JSON here too')
  .action(async ({ out, ...options }: EpochBenchOptions & { out?: string }) =>
    report(await benchEpoch(options), out),
  );
program
  .command('solve')
  .description('Cholesky factorisation and solve')
  .option('--sizes <list>', 'numbers of unknowns', widths, [300, 600, 1000, 1500, 2000])
  .option('--threads <count>', 'cores', number)
  .option('--out <file>', 'write the JSON here too')
  .action(async ({ out, ...options }: { sizes: number[]; threads?: number; out?: string }) =>
    report(await benchSolve(options), out),
  );
program
  .command('hashing')
  .description('encoding images by a deep network and searching their codes')
  .option('--hidden <widths>', 'hidden layers of the encoder', widths, new Array<number>(48).fill(256))
  .option('--images <count>', 'to encode, and codes to search', number, 60_000)
  .option('--queries <count>', 'codes to search for', number, 1000)
  .option('--runs <count>', 'of which the median is taken', number, 5)
  .option('--threads <count>', 'cores', number)
  .option('--out <file>', 'write the JSON here too')
  .action(async ({ out, ...options }: HashingBenchOptions & { out?: string }) =>
    report(await benchHashing(options), out),
  );
program
  .command('svm')
  .description('linear support vector machines on the inputs of a network beside LIBLINEAR')
  .option('--data <source>', 'as ashlar train takes it', 'mnist')
  .option('--target <column>', 'of a table')
  .option('--samples <count>', 'only the first samples', number)
  .option('--C <list>', 'weights of the errors', numbers, [0.01])
  .option('--tolerance <number>', 'epsilon of the stopping rule', number, 0.01)
  .option('--peer <command>', 'the trainer of LIBLINEAR', 'liblinear-train')
  .option('--out <file>', 'write the JSON here too')
  .action(async ({ out, ...options }: SvmBenchOptions & { out?: string }) =>
    report(await benchSvm(options), out),
  );
await program.parseAsync();
