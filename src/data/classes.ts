import { decimal } from './cells.ts';

/** Finds the class of a cell; classes that are all numbers are compared as numbers, so `1.0` is class `1`. */
export interface Classes {
  readonly names: readonly string[];
  indexOf(cell: string): number | undefined;
}

/** The classes among cells: sorted as numbers when all are, otherwise by code point. */
export function classesAmong(cells: Iterable<string>): Classes {
  const distinct = [...new Set(cells)];
  if (!distinct.every(isDecimal)) return knownClasses(distinct.sort(byCodePoint));
  const values = [...new Set(distinct.map(Number))].sort((a, b) => a - b);
  return knownClasses(values.map(String));
}

/** Classes in a given order, that of a trained model. */
export function knownClasses(names: readonly string[]): Classes {
  const key = names.every(isDecimal) ? numericKey : (cell: string) => cell;
  const indices = new Map(names.map((name, index) => [key(name), index]));
  return { names, indexOf: (cell) => indices.get(key(cell)) };
}

function isDecimal(cell: string): boolean {
  return decimal(cell) !== undefined;
}

function numericKey(cell: string): string {
  return String(decimal(cell) ?? cell);
}

function byCodePoint(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  const differing = left.findIndex((character, index) => character !== right[index]);
  if (differing < 0) return left.length - right.length;
  return left[differing]!.codePointAt(0)! - (right[differing]?.codePointAt(0) ?? -1);
}
