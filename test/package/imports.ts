import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What a built module names in its imports, in order. */
export function importsOf(text: string): string[] {
  const written = /^(?:import|export)\b[^"'`;]*?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/gm;
  return [...text.matchAll(written)].map((match) => (match[1] ?? match[2])!);
}

/** All built modules that an entry reaches, and every name that leads outside the package. */
export async function reach(entry: string): Promise<{ files: Set<string>; outside: Set<string> }> {
  const files = new Set([entry]);
  const outside = new Set<string>();
  for (const file of files) {
    for (const name of importsOf(await readFile(file, 'utf8'))) {
      if (name.startsWith('.')) files.add(join(dirname(file), name));
      else outside.add(name);
    }
  }
  return { files, outside };
}
