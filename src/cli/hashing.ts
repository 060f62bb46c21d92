import { join } from 'node:path';
import type { Engine } from '../algebra/engine.ts';
import type { Matrix } from '../algebra/tensor.ts';
import type { HashingMetrics } from '../classify/hashing/metrics.ts';
import type { Dataset } from '../data/dataset.ts';
import { codesOf, requireEncoder } from '../estimator/hashing.ts';
import type { CodeFile } from '../estimator/node/codeFile.ts';
import { writeWhole } from '../estimator/node/files.ts';
import { argMax } from '../estimator/scores.ts';
import type { Model } from '../models/model.ts';
import type { HashingReport } from '../report/hashing/contract.ts';
import { renderHashing } from '../report/hashing/hashing.ts';
import { version } from './version.ts';

/** Measures of one kind of codes. */
export type NamedMetrics = HashingMetrics & { readonly name: string };

/** Codes of samples, with their classes where these are known. @param where names the model in errors. */
export async function encodeSamples(
  model: Model,
  where: string,
  data: Dataset | { readonly inputs: Matrix },
  engine: Engine,
): Promise<CodeFile> {
  requireEncoder(model, where);
  const codes = await codesOf(model, data.inputs, engine);
  return 'targets' in data ? { codes, labels: argMax(data.targets), classes: data.outputs } : { codes };
}

/** The table that people read. */
export function metricsTable(all: readonly NamedMetrics[]): string {
  const rows = all.map((one) => [
    one.name,
    String(one.bits),
    ...[
      one.meanAveragePrecision,
      one.precisionAtK,
      one.precisionInRadius,
      one.recallInRadius,
      one.nothingInRadius,
    ].map((value) => value.toFixed(4)),
  ]);
  const head = ['codes', 'bits', 'mAP', `P@${all[0]!.k}`, 'P r<=2', 'R r<=2', 'nothing r<=2'];
  const widths = head.map((title, j) => Math.max(title.length, ...rows.map((row) => row[j]!.length)));
  return [head, ...rows]
    .map((row) =>
      row.map((cell, j) => (j === 0 ? cell.padEnd(widths[j]!) : cell.padStart(widths[j]!))).join('  '),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** What the measures mean, for readers of a report. */
export const hashingRemarks: readonly string[] = [
  'A code is right when its sample has the class of the query. Codes at the same Hamming distance are tied, and mAP and the precision at k are means over all orders of the ties (McSherry and Najork 2008). A query that finds nothing within radius 2 has precision 0 there.',
  'The baselines are read off a classifier that was not trained for codes: its predicted class, one bit a class, and its class scores, each compared with its mean over the index.',
];

/** Leaves report.html and hashing.json in a folder. */
export async function writeHashingResults(folder: string, report: HashingReport): Promise<void> {
  await writeWhole(join(folder, 'report.html'), [await renderHashing(report)]);
  await writeWhole(join(folder, 'hashing.json'), [`${JSON.stringify({ version, ...report }, null, 2)}\n`]);
}
