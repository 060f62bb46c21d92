import type { TopLevelSpec } from 'vega-lite';
import type { SweepRecord } from '../../solve/record.ts';
import { type Axis, countAxis, logAxis } from '../axis.ts';
import type { Html } from '../html.ts';
import { lineChart, type Marks, type Point, type Series } from '../lineChart.ts';

export interface Chart {
  readonly title: string;
  readonly caption: Html;
  readonly legend?: Html;
  readonly spec: TopLevelSpec;
}

/** Only finite numbers can be drawn; the page says in words where a run stopped being finite. */
export function pointsOf(
  records: readonly SweepRecord[],
  read: (record: SweepRecord) => number | undefined,
): readonly Point[] {
  return records
    .map((record) => ({ x: record.sweep, y: read(record) ?? Number.NaN }))
    .filter(({ y }) => Number.isFinite(y));
}

export function valuesOf(series: readonly Series[]): readonly number[] {
  return series.flatMap(({ points }) => points.map(({ y }) => y));
}

export function sweepAxis(records: readonly SweepRecord[]): Axis {
  return countAxis(records[0]!.sweep, records.at(-1)!.sweep);
}

/** Absent when there is nothing positive to draw, or nowhere two points to draw a line through. */
export function logBySweep(
  records: readonly SweepRecord[],
  series: readonly Series[],
  marks: readonly Marks[] = [],
): TopLevelSpec | undefined {
  const y = logAxis(valuesOf(series));
  if (y === undefined || series.every(({ points }) => points.length < 2)) return undefined;
  return lineChart({ x: sweepAxis(records), y, xTitle: 'sweep', series, marks });
}
