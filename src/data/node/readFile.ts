import { constants } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { UserError } from '../../algebra/errors.ts';
import { quoted } from '../wording.ts';

/** What `readFile` and a typed array of bytes take without complaint. */
const MOST_BYTES = 2 ** 31 - 1;

const unzip = promisify(gunzip);

/** The bytes of a file, unpacked when its name ends in `.gz`, and at most `most` of them. */
export async function readBytes(path: string, most: number = MOST_BYTES): Promise<Uint8Array> {
  await requireFile(path, most);
  const bytes = await readFile(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  return /\.gz$/i.test(path) ? await unpacked(bytes, path, most) : bytes;
}

/** The UTF-8 text of a file, which must fit into one string. */
export async function readText(path: string, most: number = constants.MAX_STRING_LENGTH): Promise<string> {
  const bytes = await readBytes(path, most);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(
      `${path} holds bytes that are not UTF-8 text where a table in UTF-8 was expected: save it as UTF-8`,
    );
  }
}

export function unreadable(path: string, error: unknown): UserError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const reason: Readonly<Record<string, string>> = {
    ENOENT: 'it does not exist',
    ENOTDIR: 'a part of its path is not a folder',
    EACCES: 'the permission is missing',
  };
  return new UserError(`${quoted(path)} cannot be read (${reason[code] ?? code}): check the path`);
}

async function requireFile(path: string, most: number): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (found.isDirectory())
    throw new UserError(
      `${path} is a folder where a file was expected: give the path of a file, for example one in that folder`,
    );
  if (found.size > most) throw tooLarge(path, most);
}

async function unpacked(bytes: Uint8Array, path: string, most: number): Promise<Uint8Array> {
  try {
    return await unzip(bytes, { maxOutputLength: most });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge(path, most);
    throw new UserError(
      `${path} is not a complete gzip file where its name says so (${error instanceof Error ? error.message : error}): fetch it again, or rename it if it is not compressed`,
    );
  }
}

function tooLarge(path: string, most: number): UserError {
  const limit = most < 2 ** 20 ? `${most} bytes` : `${Math.floor(most / 2 ** 20)} MB`;
  return new UserError(
    `${path} is larger than ${limit} (unpacked) where at most that can be read in one piece: use a part of its rows`,
  );
}
