import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { activations } from '../../src/problem/activations/index.ts';
import { losses } from '../../src/problem/losses/index.ts';
import { regularizers } from '../../src/problem/regularizers/index.ts';
import { methods } from '../../src/splitting/index.ts';

interface Entry {
  readonly name: string;
}

const registries: readonly {
  readonly folder: string;
  readonly entries: readonly Entry[];
  /** Tells an entry from the other exports of its folder. */
  readonly has: string;
  readonly texts: readonly string[];
}[] = [
  {
    folder: 'problem/activations',
    entries: activations,
    has: 'subdifferential',
    texts: ['formula', 'reference'],
  },
  { folder: 'problem/losses', entries: losses, has: 'subdifferential', texts: ['formula', 'reference'] },
  {
    folder: 'problem/regularizers',
    entries: regularizers,
    has: 'subdifferential',
    texts: ['formula', 'reference'],
  },
  { folder: 'splitting', entries: methods, has: 'refuse', texts: ['title', 'reference'] },
];

describe.each(registries)('the registry of $folder', ({ folder, entries, has, texts }) => {
  it('holds what the files of the folder define, under the names of the files', async () => {
    const found: [file: string, entry: Entry][] = [];
    for (const file of readdirSync(new URL(`../../src/${folder}`, import.meta.url))) {
      if (!file.endsWith('.ts') || file === 'index.ts') continue;
      const module: Record<string, unknown> = await import(/* @vite-ignore */ `../../src/${folder}/${file}`);
      for (const value of Object.values(module))
        if (typeof value === 'object' && value !== null && has in value)
          found.push([basename(file, '.ts'), value as Entry]);
    }
    expect(found.map(([file]) => file)).toEqual(found.map(([, { name }]) => name));
    expect(new Set(entries)).toEqual(new Set(found.map(([, entry]) => entry)));
  });

  it('has no name twice', () => {
    const names = entries.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).not.toHaveLength(0);
  });

  it.each(entries)('describes $name', (entry) => {
    for (const text of texts) expect((entry as unknown as Record<string, string>)[text]).toMatch(/\S/);
  });
});
