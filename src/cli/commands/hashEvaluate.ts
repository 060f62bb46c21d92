import { basename } from 'node:path';
import { Command } from 'commander';
import { UserError } from '../../algebra/errors.ts';
import { hashingMetrics } from '../../classify/hashing/metrics.ts';
import { openSource } from '../../data/node/sources.ts';
import { classifierCodes } from '../../estimator/hashing.ts';
import { type CodeFile, labelledPair, readCodes } from '../../estimator/node/codeFile.ts';
import { nodeEngine } from '../../estimator/node/nodeEngine.ts';
import {
  encodeSamples,
  hashingRemarks,
  metricsTable,
  type NamedMetrics,
  writeHashingResults,
} from '../hashing.ts';
import * as parse from '../parse.ts';
import { openResultFolder } from '../resultFolder.ts';
import { version } from '../version.ts';
import { option } from './problemOptions.ts';
import { readModel } from './shared.ts';

interface EvaluateOptions {
  readonly neighbours?: number;
  readonly baseline?: string;
  readonly out?: string;
  readonly json?: boolean;
}

const usualNeighbours = 100;

export function hashEvaluateCommand(): Command {
  return new Command('evaluate')
    .description('measure how well codes find samples of the same class, and leave a report')
    .argument('<index>', 'file of codes to search, or model.onnx of a run of hash train')
    .argument(
      '<queries>',
      'file of codes to search for, or, after a model, a set of images: its training samples are searched for its test samples',
    )
    .addOption(
      option('-k, --neighbours <count>', 'codes that the precision at k looks at', usualNeighbours).argParser(
        parse.number,
      ),
    )
    .addOption(
      option(
        '--baseline <model>',
        'model.onnx of ashlar train, whose outputs as codes are measured beside; after a model',
      ),
    )
    .addOption(option('--out <folder>', 'folder of the report', 'runs/hash-evaluate-1, -2, …'))
    .option('--json', 'one JSON object on standard output')
    .action(async (first: string, second: string, options: EvaluateOptions) => {
      const { neighbours: k = usualNeighbours, baseline, json } = options;
      const all = first.endsWith('.onnx')
        ? await ofModel(first, second, baseline, k)
        : await ofFiles(first, second, baseline, k);
      const folder = await openResultFolder(options.out, 'hash-evaluate');
      await writeHashingResults(folder, {
        title: `Codes of ${basename(second)}`,
        remarks: hashingRemarks,
        sections: [{ title: basename(second), k, entries: all }],
        facts: [
          ['index', first],
          ['queries', second],
          ['codes searched', all[0]!.indexed.toLocaleString('en')],
          ['queries asked', all[0]!.queries.toLocaleString('en')],
          ['version', version],
        ],
      });
      process.stdout.write(
        json
          ? `${JSON.stringify({ k, codes: all, out: folder })}\n`
          : `${all[0]!.queries.toLocaleString('en')} queries, ${all[0]!.indexed.toLocaleString('en')} codes searched\n\n${metricsTable(all)}\n${folder}/report.html, hashing.json\n`,
      );
    });
}

async function ofFiles(
  indexPath: string,
  queryPath: string,
  classifier: string | undefined,
  k: number,
): Promise<NamedMetrics[]> {
  if (classifier !== undefined)
    throw new UserError(
      `The classifier ${classifier} was given with files of codes, from which it cannot make codes of its own: give a model and a set of images.`,
    );
  const { index, queries } = labelledPair(
    await readCodes(indexPath),
    indexPath,
    await readCodes(queryPath),
    queryPath,
  );
  return [{ name: 'codes', ...hashingMetrics(index, queries, k) }];
}

async function ofModel(
  path: string,
  source: string,
  classifierPath: string | undefined,
  k: number,
): Promise<NamedMetrics[]> {
  const model = await readModel(path);
  const classifier = classifierPath === undefined ? undefined : await readModel(classifierPath);
  if (model.features !== undefined)
    throw new UserError(
      `${path} encodes rows of a table, which has no training and test samples of its own: encode two tables and give both files of codes.`,
    );
  const { train, test } = await openSource(source, { holdout: 0 });
  if (test === undefined)
    throw new UserError(
      `${source} has no test samples to search for: encode two sets of images and give both files of codes.`,
    );
  const engine = nodeEngine();
  const measure = (name: string, indexed: CodeFile, asked: CodeFile): NamedMetrics => {
    const { index, queries } = labelledPair(indexed, source, asked, source);
    return { name, ...hashingMetrics(index, queries, k) };
  };
  const [indexed, asked] = [
    await encodeSamples(model, path, train, engine),
    await encodeSamples(model, path, test, engine),
  ];
  const all = [measure('codes', indexed, asked)];
  if (classifier !== undefined) {
    const inputs = { index: train.inputs, queries: test.inputs };
    for (const one of await classifierCodes(classifier, classifierPath!, inputs, engine))
      all.push(measure(one.name, { ...indexed, codes: one.index }, { ...asked, codes: one.queries }));
  }
  await engine.dispose();
  return all;
}
