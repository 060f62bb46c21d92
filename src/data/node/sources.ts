import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError } from '../../algebra/errors.ts';
import { openCsv } from '../csv.ts';
import type { DataSource, Dataset, Task } from '../dataset.ts';
import { split } from '../split.ts';
import { tableDataset } from '../table.ts';
import { quoted, quotedList } from '../wording.ts';
import { isCifarFolder, readCifarFolder } from './cifarFolder.ts';
import { readImageFolder } from './imageFolder.ts';
import { namedSources } from './namedSources.ts';
import { readText, unreadable } from './readFile.ts';

export interface SourceOptions {
  /** The column of a table to predict. */
  readonly target?: string | undefined;
  readonly task?: Task | undefined;
  /** The share of rows held out as test samples where the source has none of its own; 0 holds out none. */
  readonly holdout?: number | undefined;
  /** Of the permutation that chooses the rows held out. */
  readonly seed?: number | undefined;
}

const TABLE = /\.(?:csv|tsv)(?:\.gz)?$/i;

/** A named source, a `.csv` or `.tsv` file, or a folder of images; a path that is also a name is written `./name`. */
export async function openSource(name: string, options: SourceOptions = {}): Promise<DataSource> {
  if (Object.hasOwn(namedSources, name)) {
    refuseTableOptions(name, options);
    return namedSources[name]!.open();
  }
  if (TABLE.test(name)) return withTest(name, { train: await readTable(name, options) }, options);
  await requireFolder(name);
  refuseTableOptions(name, options);
  const images = (await isCifarFolder(name)) ? await readCifarFolder(name) : await readImageFolder(name);
  return withTest(name, images, options);
}

async function readTable(path: string, { target, task }: SourceOptions): Promise<Dataset> {
  const text = await readText(path);
  if (target === undefined)
    throw new UserError(
      `${path} was given without a target where a table needs to know which column to predict: name one of its columns ${quotedList(openCsv(text, path).columns)} as the target`,
    );
  return tableDataset(text, path, { target, task });
}

function withTest(
  name: string,
  data: Omit<DataSource, 'name'>,
  { holdout = 0.2, seed = 0 }: SourceOptions,
): DataSource {
  if (data.test || holdout === 0) return { name, ...data };
  const { train, held } = split(data.train, holdout, seed);
  return { name, train, test: held };
}

function refuseTableOptions(name: string, { target, task }: SourceOptions): void {
  const given = target !== undefined ? `the target ${quoted(target)}` : `the task ${task}`;
  if (target !== undefined || task === 'regression')
    throw new UserError(
      `${given} was given for ${name}, where images are always classified by their own labels: leave it out, or name a .csv or .tsv file`,
    );
}

async function requireFolder(name: string): Promise<void> {
  const found = await stat(name).catch((error: unknown) => {
    throw error instanceof Error && 'code' in error && error.code === 'ENOENT'
      ? new UserError(
          `${quoted(name)} is neither a known data set (${Object.keys(namedSources).join(', ')}) nor an existing folder or file (${quoted(resolve(name))} was looked for): correct the name or the path`,
        )
      : unreadable(name, error);
  });
  if (!found.isDirectory())
    throw new UserError(
      `${name} is a file whose name does not end in .csv or .tsv (or either with .gz) where a table or a folder of images was expected: rename it or give the folder it is in`,
    );
}
