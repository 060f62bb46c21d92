import { UserError } from '../algebra/errors.ts';
import { quoted } from './wording.ts';

/** Where a cell stands: file, line, column name. */
export interface Place {
  readonly where: string;
  readonly line: number;
  readonly column: string;
}

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** The finite decimal number that a cell holds, if it holds one; stricter than `Number`, which takes '' and '0x1'. */
export function decimal(cell: string): number | undefined {
  if (!DECIMAL.test(cell)) return undefined;
  const value = Number(cell);
  return Number.isFinite(value) ? value : undefined;
}

export function filledCell(cell: string, place: Place): string {
  if (cell === '')
    throw new UserError(
      `${said(place)}: the cell is empty where a value was expected: fill it in or remove the row`,
    );
  return cell;
}

export function numericCell(cell: string, place: Place): number {
  const value = decimal(filledCell(cell, place));
  if (value === undefined)
    throw new UserError(
      `${said(place)}: ${quoted(cell)} stands where a finite number such as -1.5 or 2e3 was expected: correct the cell or remove the column`,
    );
  if (!Number.isFinite(Math.fround(value)))
    throw new UserError(
      `${said(place)}: ${quoted(cell)} stands where a number within float32 (up to 3.4e38) was expected: rescale the column`,
    );
  return value;
}

export function said({ where, line, column }: Place): string {
  return `${where}:${line}, column ${quoted(column)}`;
}
