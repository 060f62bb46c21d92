import { Command } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { search } from '../../classify/hashing/search.ts';
import { type CodeFile, readCodes } from '../../estimator/node/codeFile.ts';
import { writeWhole } from '../../estimator/node/files.ts';
import * as parse from '../parse.ts';
import { option } from './problemOptions.ts';

interface SearchOptions {
  readonly output: string;
  readonly neighbours?: number;
  readonly json?: boolean;
}

const usualNeighbours = 10;

export function hashSearchCommand(): Command {
  return new Command('search')
    .description(
      'find the codes nearest to each query by Hamming distance; of equals, the earlier in the index',
    )
    .argument('<index>', 'file of codes to search, from hash encode')
    .argument('<queries>', 'file of codes to search for')
    .addOption(
      option('-k, --neighbours <count>', 'codes to find for each query', usualNeighbours).argParser(
        parse.number,
      ),
    )
    .requiredOption(
      '-o, --output <file>',
      'CSV file: query and place in the index, both from 0, rank from 1, distance and class',
    )
    .option('--json', 'one JSON object on standard output')
    .action(async (indexPath: string, queryPath: string, options: SearchOptions) => {
      const { output, neighbours: k = usualNeighbours, json } = options;
      const [index, queries] = [await readCodes(indexPath), await readCodes(queryPath)];
      const started = performance.now();
      const { places, distances } = search(index.codes, queries.codes, k);
      const seconds = (performance.now() - started) / 1000;
      const rows = Array.from(places, (place, i) => [
        Math.floor(i / k),
        (i % k) + 1,
        place,
        distances[i]!,
        ...classOf(index, place),
      ]);
      const header = ['query', 'rank', 'place', 'distance', ...(index.labels ? ['class'] : [])];
      await writeWhole(output, [stringify([header, ...rows])]);
      const { count } = queries.codes;
      process.stdout.write(
        json
          ? `${JSON.stringify({ queries: count, indexed: index.codes.count, k, seconds, out: output })}\n`
          : `${k} of ${index.codes.count.toLocaleString('en')} codes for ${count.toLocaleString('en')} queries in ${output}, searched in ${seconds.toFixed(2)} s\n`,
      );
    });
}

function classOf({ labels, classes }: CodeFile, place: number): string[] {
  return labels === undefined ? [] : [classes![labels[place]!]!];
}
