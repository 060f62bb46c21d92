import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readBytes, readText } from '../../../src/data/node/readFile.ts';
import { rejection, temporaryFolder } from '../helpers.ts';

const folder = temporaryFolder();
function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
const latin1 = Uint8Array.of(0x63, 0x61, 0x66, 0xe9);

describe('reading a file', () => {
  it('reads bytes and text, and unpacks both', async () => {
    expect([...(await readBytes(file('plain', 'ab')))]).toEqual([97, 98]);
    expect([...(await readBytes(file('packed.gz', gzipSync('ab'))))]).toEqual([97, 98]);
    expect(await readText(file('text.csv.GZ', gzipSync('größe')))).toBe('größe');
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['a missing file', () => readBytes(join(folder, 'none')), /none" cannot be read \(it does not exist\)/],
    [
      'a file in a file',
      () => readBytes(join(file('leaf', ''), 'x')),
      /leaf.x" cannot be read \(a part of its path is not a folder\)/,
    ],
    ['an impossible path', () => readBytes('a\0b'), /"a\\u0000b" cannot be read/],
    ['a folder', () => readText(folder), /is a folder where a file was expected/],
    [
      'a file that is not gzip',
      () => readBytes(file('no.gz', 'hello')),
      /no\.gz is not a complete gzip file/,
    ],
    [
      'a truncated gzip file',
      () => readBytes(file('cut.gz', gzipSync('hello hello').subarray(0, 15))),
      /cut\.gz is not a complete gzip file .*unexpected end/,
    ],
    ['text that is not UTF-8', () => readText(file('latin1.csv', latin1)), /latin1\.csv .* not UTF-8/],
    [
      'a file that is too large',
      () => readText(file('big.csv', 'abcd'), 3),
      /big\.csv is larger than 3 bytes/,
    ],
    [
      'a file that is too large when unpacked',
      () => readText(file('big.csv.gz', gzipSync('a'.repeat(500))), 400),
      /big\.csv\.gz is larger than 400 bytes \(unpacked\)/,
    ],
  ])('refuses %s', async (_, read, message) => {
    expect(await rejection(read())).toMatch(message);
  });

  it('reads a folder whose name ends in .gz as a folder', async () => {
    mkdirSync(join(folder, 'folder.gz'));
    expect(await rejection(readBytes(join(folder, 'folder.gz')))).toMatch(/is a folder/);
  });
});
