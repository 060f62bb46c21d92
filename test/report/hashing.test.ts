import { expect, it } from 'vitest';
import type { HashingEntry } from '../../src/report/hashing/contract.ts';
import { renderHashing } from '../../src/report/hashing/hashing.ts';

const entry = (name: string, curve: HashingEntry['curve']): HashingEntry => ({
  name,
  bits: 64,
  meanAveragePrecision: 0.96,
  precisionAtK: 1,
  precisionInRadius: 0,
  recallInRadius: 0,
  nothingInRadius: 1,
  curve,
});

it('draws a table and curves, self-contained, whatever the curves are', async () => {
  const page = await renderHashing({
    title: 'Codes of <digits>',
    remarks: ['A remark.'],
    facts: [['seed', '0']],
    sections: [
      {
        title: 'mnist',
        k: 100,
        entries: [
          entry('one point', [{ recall: 1, precision: 0.1 }]),
          entry('a curve', [
            { recall: 0.5, precision: 1 },
            { recall: 1, precision: 0.2 },
          ]),
        ],
      },
    ],
  });
  expect(page).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  expect(page).toContain('Codes of &lt;digits&gt;');
  expect(page).toContain('<td>0.9600</td>');
  expect(page).toContain('a curve, 64 bits');
  expect(page).not.toMatch(/https?:\/\/|<script|<link|<img|url\(/);
  expect(page).not.toMatch(/="[^"]*(?:NaN|Infinity|undefined)[^"]*"|>undefined</);
});
