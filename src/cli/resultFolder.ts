import { join } from 'node:path';
import { UserError } from '../algebra/errors.ts';
import { prepareFolder } from '../estimator/node/files.ts';
import { exists, freshName } from '../estimator/node/runFolder.ts';

/** Files by which a folder is known to hold results that would be lost. */
const results = ['comparison.json', 'hashing.json', 'config.json'];

/**
 * Makes a folder for results: the given one, or the first of runs/NAME-1, runs/NAME-2, … that does not exist.
 * @throws UserError where the folder holds results already, or nothing can be written to it.
 */
export async function openResultFolder(path: string | undefined, name: string): Promise<string> {
  const folder = path ?? (await freshName(name.replace(/[^\w-]+/g, '-')));
  for (const file of results)
    if (await exists(join(folder, file)))
      throw new UserError(`${folder} already holds results (${file}): name another folder with --out.`);
  await prepareFolder(folder);
  return folder;
}
