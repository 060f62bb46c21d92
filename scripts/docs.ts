import { readFileSync, writeFileSync } from 'node:fs';
import { pages } from './pages.ts';

/** Writes the pages of docs/ that follow from the registry. */
const docs = new URL('../docs/', import.meta.url);
const written = pages(readFileSync(new URL('methods.md', docs), 'utf8'));
for (const [name, text] of Object.entries(written)) writeFileSync(new URL(name, docs), text);
