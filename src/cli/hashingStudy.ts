import type { Engine } from '../algebra/engine.ts';
import { UserError } from '../algebra/errors.ts';
import type { Matrix } from '../algebra/tensor.ts';
import { requireBits } from '../classify/hashing/codes.ts';
import { hashingMetrics } from '../classify/hashing/metrics.ts';
import type { Labelled } from '../classify/hashing/relevance.ts';
import type { Dataset } from '../data/dataset.ts';
import { openSource } from '../data/node/sources.ts';
import { take } from '../data/split.ts';
import type { ConfigInput } from '../estimator/config.ts';
import { fit } from '../estimator/fit.ts';
import { classifierCodes, codesOf, hashingSettings, withCodewords } from '../estimator/hashing.ts';
import { nodeEngine } from '../estimator/node/nodeEngine.ts';
import { argMax } from '../estimator/scores.ts';
import { describeNetwork, mlp } from '../models/network.ts';
import type { HashingSection } from '../report/hashing/contract.ts';
import { hashingRemarks, metricsTable, type NamedMetrics, writeHashingResults } from './hashing.ts';
import { openResultFolder } from './resultFolder.ts';
import { version } from './version.ts';

/** A data set and the hidden layers that are trained on it. */
export interface HashingCase {
  readonly source: string;
  readonly hidden: readonly number[];
}

export interface HashingStudy {
  readonly name: string;
  readonly title: string;
  readonly remarks: readonly string[];
  readonly cases: readonly HashingCase[];
  /** Lengths of codes. */
  readonly bits: readonly number[];
  /** The k of the precision at k. */
  readonly neighbours: number;
  readonly sweeps?: number | undefined;
  readonly samples?: number | undefined;
  readonly seed: number;
  readonly threads?: number | undefined;
  readonly out?: string | undefined;
  readonly json: boolean;
}

/**
 * Trains an encoder for each length of codes and a classifier with the same hidden layers on each data set, searches the training samples
 * for the test samples, and leaves a report of all.
 */
export async function runHashingStudy(study: HashingStudy): Promise<void> {
  for (const bits of study.bits) requireBits(bits);
  const { sweeps, seed } = study;
  const settingsOf = ({ hidden }: HashingCase): ConfigInput =>
    hashingSettings({ hidden: [...hidden], seed, ...(sweeps !== undefined && { sweeps }) });
  const opened: OpenedCase[] = [];
  for (const one of study.cases)
    opened.push({ ...one, settings: settingsOf(one), ...(await openCase(one, study)) });
  const folder = await openResultFolder(study.out, study.name);
  const emit = (event: string, fields: object): void => {
    if (study.json) process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
  };
  const print = (text: string): void => {
    if (!study.json) process.stdout.write(text);
  };
  emit('start', {
    version,
    cases: study.cases,
    bits: study.bits,
    settings: opened.map(({ settings }) => settings),
    out: folder,
  });
  print(`${study.title}\nresults go to ${folder}\n`);
  const engine = nodeEngine({ threads: study.threads });
  const sections: HashingSection[] = [];
  for (const one of opened) {
    const section = await measureCase(one, study, engine, (metrics, seconds) =>
      emit('codes', { data: one.source, ...metrics, seconds }),
    );
    sections.push(section);
    print(`\n${section.title}\n${metricsTable(section.entries)}`);
  }
  await engine.dispose();
  await writeHashingResults(folder, {
    title: study.title,
    remarks: [...study.remarks, ...hashingRemarks],
    sections,
    facts: [
      ['seed', String(seed)],
      ['version', version],
    ],
  });
  emit('end', { out: folder });
  print(`\n${folder}/report.html, hashing.json\n`);
}

interface OpenedCase extends HashingCase {
  readonly settings: ConfigInput;
  readonly train: Dataset;
  readonly test: Dataset;
}

async function openCase(
  { source }: HashingCase,
  { samples }: HashingStudy,
): Promise<{ readonly train: Dataset; readonly test: Dataset }> {
  const { train, test } = await openSource(source);
  if (test === undefined)
    throw new UserError(`${source} has no test samples to search for: give a set of images that has some.`);
  return { train: samples === undefined ? train : take(train, samples), test };
}

type MeasuredSection = HashingSection & { readonly entries: readonly NamedMetrics[] };

async function measureCase(
  { source, hidden, settings, train, test }: OpenedCase,
  { bits, neighbours, seed }: HashingStudy,
  engine: Engine,
  tell: (metrics: NamedMetrics, seconds: number) => void,
): Promise<MeasuredSection> {
  const options = {
    ...settings,
    engine,
    onLog: (text: string) => void process.stderr.write(`${text}\n`),
  };
  const labels = { index: argMax(train.targets), queries: argMax(test.targets) };
  const entries: NamedMetrics[] = [];
  const measure = (
    name: string,
    index: Labelled['codes'],
    queries: Labelled['codes'],
    seconds: number,
  ): void => {
    const metrics = hashingMetrics(
      { codes: index, labels: labels.index },
      { codes: queries, labels: labels.queries },
      neighbours,
    );
    entries.push({ name, ...metrics });
    tell(entries.at(-1)!, seconds);
  };
  for (const length of bits) {
    const started = performance.now();
    const { model } = await fit(withCodewords({ name: source, train }, length, seed).train, options);
    const seconds = (performance.now() - started) / 1000;
    const codes = (inputs: Matrix) => codesOf(model, inputs, engine);
    measure('trained codes', await codes(train.inputs), await codes(test.inputs), seconds);
  }
  // A classifier keeps the loss, γ and α of the method, with which it trains better than with those of codes.
  const { loss: _, gamma: __, alpha: ___, ...classifying } = options;
  const started = performance.now();
  const { model } = await fit(train, classifying);
  const seconds = (performance.now() - started) / 1000;
  const inputs = { index: train.inputs, queries: test.inputs };
  for (const { name, index, queries } of await classifierCodes(model, 'the classifier', inputs, engine))
    measure(name, index, queries, seconds);
  const network = mlp(train.inputs.shape[1], hidden, bits[0]!, 'relu');
  return {
    title: `${source}, ${describeNetwork(network)}, ${train.inputs.shape[0].toLocaleString('en')} samples searched for ${test.inputs.shape[0].toLocaleString('en')}`,
    k: neighbours,
    entries,
  };
}
