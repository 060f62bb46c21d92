import { CsvError, parse } from 'csv-parse/browser/esm/sync';
import { UserError } from '../algebra/errors.ts';
import { counted, quotedList } from './wording.ts';

export interface Csv {
  readonly columns: readonly string[];
  /** Throws at the first row that is not as wide as the header; `line` is the one where the row starts. */
  forEachRow(visit: (cells: readonly string[], line: number) => void): void;
}

/** A header line, then a row a sample; separated by commas, tabs or semicolons, whichever the header has most of. */
export function openCsv(text: string, where: string): Csv {
  const lines = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const start = /^(?:[^\S\n]*\n)*/.exec(lines)![0].length;
  const { end, delimiter } = scanHeader(lines, start);
  const records = (from: number, to: number, visit: (cells: readonly string[], line: number) => void): void =>
    forEachRecord(lines.slice(from, to), delimiter, where, newlines(lines.slice(0, from)), visit);

  let columns: readonly string[] = [];
  records(start, end, (cells, line) => {
    columns = checkedHeader(cells, `${where}:${line}`);
  });
  if (columns.length === 0)
    throw new UserError(
      `${where} is empty where a header line with the names of the columns was expected: check that it is the right file`,
    );
  return {
    columns,
    forEachRow: (visit) =>
      records(end + 1, lines.length, (cells, line) => {
        if (cells.length !== columns.length)
          throw new UserError(
            `${where}:${line} has ${counted(cells.length, 'cell')} where the header has ${counted(columns.length, 'column')}: give each row one cell a column`,
          );
        visit(cells, line);
      }),
  };
}

/** Where the header ends (a quoted name may hold newlines), and which delimiter it has most of outside quotes. */
function scanHeader(text: string, start: number): { end: number; delimiter: string } {
  const counts = new Map([',', '\t', ';'].map((delimiter) => [delimiter, 0]));
  let quoting = false;
  let end = start;
  for (; end < text.length; end++) {
    const character = text[end]!;
    if (character === '"') quoting = !quoting;
    else if (character === '\n' && !quoting) break;
    else if (!quoting && counts.has(character)) counts.set(character, counts.get(character)! + 1);
  }
  const [delimiter] = [...counts].reduce((best, next) => (next[1] > best[1] ? next : best));
  return { end, delimiter };
}

function checkedHeader(columns: readonly string[], where: string): readonly string[] {
  const unnamed = columns.indexOf('');
  if (unnamed >= 0)
    throw new UserError(
      `${where}, column ${unnamed + 1}: the name is empty where the header must name every column: name the column or remove it`,
    );
  const twice = columns.filter((name, index) => columns.indexOf(name) < index);
  if (twice.length > 0)
    throw new UserError(
      `${where} has more than one column named ${quotedList([...new Set(twice)])} where names must differ: rename or remove the columns (the first line is read as the header)`,
    );
  return columns;
}

/** `linesBefore`: how many lines of the file come before `text`. */
function forEachRecord(
  text: string,
  delimiter: string,
  where: string,
  linesBefore: number,
  visit: (cells: readonly string[], line: number) => void,
): void {
  let ended = linesBefore;
  try {
    // Bytes, because the Buffer that csv-parse brings for browsers turns a string into an array of numbers first.
    parse(new TextEncoder().encode(text), {
      delimiter,
      record_delimiter: '\n',
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      on_record: (cells: string[], { lines }) => {
        ended = linesBefore + lines;
        visit(cells, ended - cells.reduce((sum, cell) => sum + newlines(cell), 0));
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UserError(
      error.code === 'CSV_QUOTE_NOT_CLOSED'
        ? `${where}:${ended + 1}: a quotation mark (") is opened at or after this line and never closed: close it, or double it if it is part of the text`
        : `${where}:${ended + 1}: a quotation mark (") stands inside a cell at or after this line where it may only enclose a whole cell: enclose the cell, and double the quotation marks in it`,
    );
  }
}

function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
