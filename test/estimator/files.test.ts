import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/algebra/errors.ts';
import { prepareFolder, writeWhole } from '../../src/estimator/node/files.ts';
import { temporaryFolder } from '../data/helpers.ts';

const folder = temporaryFolder();

describe('a file that is written whole', () => {
  it('holds all pieces in order, in a folder that is made for it', async () => {
    const path = join(folder, 'a', 'b', 'file.txt');
    await writeWhole(path, ['one, ', new TextEncoder().encode('two'), ', three']);
    expect(await readFile(path, 'utf8')).toBe('one, two, three');
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['file.txt']);
  });

  it('stays the old one when the new one fails half-way, and leaves nothing else behind', async () => {
    const home = join(folder, 'half');
    const path = join(home, 'file.txt');
    await writeWhole(path, ['old']);
    function* broken(): Generator<string> {
      yield 'new';
      throw new Error('no more');
    }
    await expect(writeWhole(path, broken())).rejects.toThrow();
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(home)).toEqual(['file.txt']);
  });

  it('is refused in a sentence where it cannot be', async () => {
    const file = join(folder, 'taken');
    await writeFile(file, '');
    const below = join(file, 'file.txt');
    await expect(writeWhole(below, ['x'])).rejects.toThrow(UserError);
    await expect(writeWhole(below, ['x'])).rejects.toThrow(
      /^\S+taken\/file\.txt cannot be written \([A-Z]+\): [^\n]*\.$/,
    );
    const directory = join(folder, 'directory');
    await mkdir(directory);
    await expect(writeWhole(directory, ['x'])).rejects.toThrow(UserError);
    expect(await readdir(directory)).toEqual([]);
  });
});

describe('a folder that is prepared', () => {
  it('exists and is empty', async () => {
    const path = join(folder, 'new', 'run');
    await prepareFolder(path);
    expect(await readdir(path)).toEqual([]);
  });

  it('keeps what is in it', async () => {
    const path = join(folder, 'old');
    await writeWhole(join(path, 'file.txt'), ['kept']);
    await prepareFolder(path);
    expect(await readFile(join(path, 'file.txt'), 'utf8')).toBe('kept');
  });

  it('is refused where a file stands in its place', async () => {
    const path = join(folder, 'file');
    await writeFile(path, 'kept');
    await expect(prepareFolder(path)).rejects.toThrow(UserError);
    await expect(prepareFolder(join(path, 'run'))).rejects.toThrow(UserError);
    expect(await readFile(path, 'utf8')).toBe('kept');
  });
});
