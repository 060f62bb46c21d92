import type { SweepRecord } from '../../solve/record.ts';
import { type Family, families } from '../families.ts';
import type { Series } from '../lineChart.ts';
import { pointsOf } from './chart.ts';

export interface Named {
  readonly families: readonly Family[];
  readonly series: readonly Series[];
  /** What is zero at every sweep, and therefore no line. */
  readonly zero: readonly Family[];
}

/** One line a name, for the records' tables of terms or blocks. */
export function byName(
  records: readonly SweepRecord[],
  read: (record: SweepRecord) => Readonly<Record<string, number>> | undefined,
): Named {
  const names = [...new Set(records.flatMap((record) => Object.keys(read(record) ?? {})))];
  const points = new Map(names.map((name) => [name, pointsOf(records, (record) => read(record)?.[name])]));
  const isZero = (name: string): boolean => points.get(name)!.every(({ y }) => y === 0);
  const drawn = families(names.filter((name) => !isZero(name)));
  const members = drawn.flatMap((family) => family.members);
  const width = members.length > 12 ? 1.25 : 1.75;
  return {
    families: drawn,
    series: members.map(({ name, colour }) => ({ name, colour, width, points: points.get(name)! })),
    zero: families(names.filter(isZero)),
  };
}
