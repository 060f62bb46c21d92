import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../algebra/errors.ts';
import { cifar10, classNames } from '../cifar10.ts';
import type { Dataset } from '../dataset.ts';
import type { NamedBytes } from '../labelledImages.ts';
import { readBytes, readText } from './readFile.ts';

const trainFiles = [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`);
const testFile = 'test_batch.bin';
const namesFile = 'batches.meta.txt';
const files = [...trainFiles, testFile, namesFile];

/** Whether a folder holds any of the files of the binary version of CIFAR-10, under the names they were published with. */
export async function isCifarFolder(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  return names.some((name) => files.includes(name));
}

/** @throws UserError where one of the files is missing or broken. */
export async function readCifarFolder(folder: string): Promise<{ train: Dataset; test: Dataset }> {
  const present = new Set(await readdir(folder));
  const missing = files.filter((name) => !present.has(name));
  if (missing.length > 0)
    throw new UserError(
      `the folder ${folder} does not hold ${missing.join(', ')} where all ${files.length} files of the binary version of CIFAR-10 were expected: add what is missing`,
    );
  const metadata = join(folder, namesFile);
  const names = classNames(await readText(metadata), metadata);
  const named = async (name: string): Promise<NamedBytes> => {
    const where = join(folder, name);
    return { where, bytes: await readBytes(where) };
  };
  return {
    train: cifar10(await Promise.all(trainFiles.map(named)), names),
    test: cifar10([await named(testFile)], names),
  };
}
