import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../algebra/errors.ts';
import type { Dataset } from '../dataset.ts';
import { type ImageFiles, labelledImages, type NamedBytes } from '../labelledImages.ts';
import { readBytes, unreadable } from './readFile.ts';

/** A folder that holds the files of MNIST, under the names they were published with. */
export async function readImageFolder(folder: string): Promise<{ train: Dataset; test?: Dataset }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(folder, error);
  });
  const names = new Set(entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name));
  const train = pairIn(folder, names, 'train');
  const hasTest = [...spellings('t10k', 'images'), ...spellings('t10k', 'labels')].some((name) =>
    names.has(name),
  );
  const test = hasTest ? pairIn(folder, names, 't10k') : undefined;
  return labelledImages(await readPair(train), test && (await readPair(test)));
}

type Part = 'images' | 'labels';

function spellings(set: 'train' | 't10k', part: Part): readonly string[] {
  const format = part === 'images' ? 'idx3-ubyte' : 'idx1-ubyte';
  return [`${set}-${part}-${format}`, `${set}-${part}.${format}`].flatMap((name) => [name, `${name}.gz`]);
}

function pairIn(folder: string, names: ReadonlySet<string>, set: 'train' | 't10k'): Record<Part, string> {
  const find = (part: Part): string | undefined => spellings(set, part).find((name) => names.has(name));
  const [images, labels] = [find('images'), find('labels')];
  if (images && labels) return { images: join(folder, images), labels: join(folder, labels) };
  const missing = (['images', 'labels'] as const).filter((part) => !find(part));
  throw new UserError(
    `the folder ${folder} does not hold ${missing.map((part) => spellings(set, part)[0]).join(' and ')} (nor the same with .gz or with a dot before idx) where a folder of images holds images and labels: add the files or give another folder`,
  );
}

async function readPair(paths: Record<Part, string>): Promise<ImageFiles> {
  return { images: await named(paths.images), labels: await named(paths.labels) };
}

async function named(path: string): Promise<NamedBytes> {
  return { where: path, bytes: await readBytes(path) };
}
