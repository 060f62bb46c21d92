import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pages } from '../../scripts/pages.ts';

const read = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const generated = Object.entries(pages(read('methods.md')));

describe('the page', () => {
  it.each(generated)('docs/%s is what npm run docs writes', (name, text) => {
    expect(read(name)).toBe(text);
  });
});
