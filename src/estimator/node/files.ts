import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../../algebra/errors.ts';

/** Writes a file so that readers see the old one or the whole new one, never a part. */
export async function writeWhole(path: string, pieces: Iterable<Uint8Array | string>): Promise<void> {
  const temporary = `${path}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, 'w');
    try {
      for (const piece of pieces) await file.writeFile(piece);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw unwritable(path, error);
  }
}

/** Makes the folder, and makes sure now rather than after an hour that files can be written to it. */
export async function prepareFolder(folder: string): Promise<void> {
  const probe = `${folder}/.write-test`;
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    throw unwritable(folder, error);
  }
}

function unwritable(path: string, error: unknown): UserError {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new UserError(`${path} cannot be written (${reason}): choose another place.`);
}
