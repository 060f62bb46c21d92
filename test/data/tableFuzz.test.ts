import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/algebra/errors.ts';
import { tableDataset, tableInputs } from '../../src/data/table.ts';
import { expectValid, sentence } from './helpers.ts';

const valid = 'a,"b ""c""",y\n1,2,p\n-3.5e2,+.5,q\n1,2,"p\nq"\n';

/** Pieces of a valid table with pieces cut out, doubled and put in. */
const mutated = fc
  .array(
    fc.record({
      at: fc.nat(valid.length),
      cut: fc.nat(5),
      put: fc.oneof(
        fc.constantFrom(
          '',
          ',',
          '"',
          '\n',
          '\r',
          ';',
          '\t',
          'y',
          '0',
          'e',
          '-',
          '\0',
          '\uFEFF',
          '\uD800',
          'NaN',
        ),
        fc.string({ maxLength: 3, unit: 'binary' }),
      ),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((edits) =>
    edits.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), valid),
  );

const fromAlphabet = fc.string({
  unit: fc.constantFrom('y', '1', '2', 'e', '.', ',', ';', '\t', '"', '\n', '\r', ' '),
});

function readsOrRefuses(read: () => void): void {
  try {
    read();
  } catch (error) {
    if (error instanceof UserError) sentence(error);
    else throw error;
  }
}

describe('the table parser', () => {
  it.each([
    ['arbitrary strings', fc.string({ unit: 'binary', maxLength: 60 })],
    ['strings of the letters of tables', fromAlphabet],
    ['mutated tables', mutated],
  ])('reads or refuses %s', (_, text) => {
    fc.assert(
      fc.property(text, fc.constantFrom(undefined, 'classification', 'regression'), (given, task) => {
        readsOrRefuses(() => expectValid(tableDataset(given, 'x.csv', { target: 'y', task })));
        readsOrRefuses(() => expectValid(tableDataset(`x,y\n1,2\n${given}`, 'x.csv', { target: 'y', task })));
        readsOrRefuses(() => {
          const { shape, data } = tableInputs(given, 'x.csv', ['y']);
          expect(data.length).toBe(shape[0] * shape[1]);
          expect(data.every(Number.isFinite)).toBe(true);
        });
      }),
      { numRuns: 1000 },
    );
  });

  const float = fc.float({ noNaN: true, noDefaultInfinity: true });
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z](?:[a-z ,;"\t\n]{0,6}[a-z])?$/), {
    minLength: 2,
    maxLength: 5,
  });
  const table = names.chain((columns) =>
    fc.record({
      columns: fc.constant(columns),
      rows: fc.array(fc.array(float, { minLength: columns.length, maxLength: columns.length }), {
        minLength: 1,
        maxLength: 8,
      }),
      delimiter: fc.constantFrom(',', ';', '\t'),
      newline: fc.constantFrom('\n', '\r\n', '\r'),
    }),
  );

  it('parses any numeric table back exactly', () => {
    fc.assert(
      fc.property(table, ({ columns, rows, delimiter, newline }) => {
        const header = columns.map((name) => `"${name.replaceAll('"', '""')}"`);
        const cells = rows.map((row) => row.map((value) => (Object.is(value, -0) ? '-0' : String(value))));
        const text = [header, ...cells].map((row) => row.join(delimiter) + newline).join('');
        const { inputs, targets, features } = tableDataset(text, 'x.csv', {
          target: columns.at(-1)!,
          task: 'regression',
        });
        expect(features).toEqual(columns.slice(0, -1));
        expect([...inputs.data]).toEqual(rows.flatMap((row) => row.slice(0, -1)));
        expect([...targets.data]).toEqual(rows.map((row) => row.at(-1)));
      }),
      { numRuns: 200 },
    );
  });
});
