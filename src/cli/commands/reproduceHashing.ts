import { Command } from 'commander';
import { type HashingCase, runHashingStudy } from '../hashingStudy.ts';
import * as parse from '../parse.ts';
import { option } from './problemOptions.ts';

interface ReproduceHashingOptions {
  readonly bits?: number[];
  readonly data?: string[];
  readonly hidden?: number[];
  readonly neighbours?: number;
  readonly seed?: number;
  readonly sweeps?: number;
  readonly samples?: number;
  readonly threads?: number;
  readonly out?: string;
  readonly json?: boolean;
}

const name = 'zb-hashing';
const usualBits = [16, 32, 64, 128];
const usualNeighbours = 100;

/** The networks of ZB 3.3.2. */
const cases: readonly HashingCase[] = [
  { source: 'mnist', hidden: new Array<number>(48).fill(256) },
  { source: 'fashion-mnist', hidden: new Array<number>(16).fill(1024) },
];

export function reproduceHashingCommand(): Command {
  return new Command(name)
    .description('ZB 3.3.2: supervised hashing with 48 layers of 256 on MNIST and 16 of 1024')
    .addOption(option('--bits <list>', 'lengths of codes', usualBits.join(',')).argParser(parse.numbers))
    .addOption(
      option(
        '--data <list>',
        'sets of images, such as a folder of CIFAR-10',
        cases.map(({ source }) => source).join(','),
      ).argParser(parse.names),
    )
    .addOption(
      option(
        '--hidden <widths>',
        'hidden layers for all data',
        '256x48 for mnist, 1024x16 for others',
      ).argParser(parse.widths),
    )
    .addOption(
      option('-k, --neighbours <count>', 'codes that the precision at k looks at', usualNeighbours).argParser(
        parse.number,
      ),
    )
    .addOption(option('--seed <number>', 'of codewords and runs', 0).argParser(parse.number))
    .addOption(option('--sweeps <count>', 'of every run', "the method's").argParser(parse.number))
    .addOption(
      option('--samples <count>', 'train on and search the first samples only').argParser(parse.number),
    )
    .addOption(option('--threads <count>', 'cores to use', 'all').argParser(parse.number))
    .addOption(option('--out <folder>', 'folder of the report', `runs/${name}-1, -2, …`))
    .addOption(option('--json', 'one JSON object a line on standard output'))
    .action(async (options: ReproduceHashingOptions) => {
      const { bits = usualBits, data, hidden, neighbours = usualNeighbours, seed = 0 } = options;
      const sources = data ?? cases.map(({ source }) => source);
      await runHashingStudy({
        ...options,
        name,
        title: 'ZB 3.3.2: supervised hashing with deep networks',
        remarks: [
          'ZB trains the networks of Zhang, Chen and Saligrama (CVPR 2016): 48 layers of 256 on MNIST and 16 of 1024 on CIFAR-10, for which Fashion-MNIST stands in here; it reports no numbers of its own, only that they are marginally better.',
          'The training samples are searched for the test samples.',
        ],
        cases: sources.map((source) => ({ source, hidden: hidden ?? hiddenFor(source) })),
        bits,
        neighbours,
        seed,
        json: options.json ?? false,
      });
    });
}

function hiddenFor(source: string): readonly number[] {
  return cases.find((one) => one.source === source)?.hidden ?? cases.at(-1)!.hidden;
}
