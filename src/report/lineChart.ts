import type { TopLevelSpec } from 'vega-lite';
import type { Axis } from './axis.ts';
import type { LineKey, SymbolKey } from './legend.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Series extends LineKey {
  readonly points: readonly Point[];
  readonly width?: number;
}

export interface Marks extends SymbolKey {
  readonly points: readonly Point[];
}

export interface LineChart {
  readonly x: Axis;
  readonly y: Axis;
  readonly xTitle: string;
  readonly series: readonly Series[];
  readonly marks?: readonly Marks[];
}

const DASHES = { dashed: [5, 4], dotted: [0.5, 4] };

const SHAPES = { '○': 'circle', '▽': 'triangle-down' } as const;

/** Up to here a point at every sweep helps the eye; beyond, it only thickens the line. */
const MOST_DOTS = 30;

/** Fixed margins instead of measured ones: the axes of all charts line up, and no text has to be measured. */
const FRAME = {
  width: 464,
  height: 236,
  padding: { left: 60, right: 16, top: 10, bottom: 43 },
  autosize: 'none',
} as const;

const CONFIG = {
  aria: false,
  font: 'inherit',
  view: { stroke: null },
  axis: {
    labelColor: 'var(--muted)',
    labelFontSize: 12,
    labelPadding: 6,
    titleColor: 'var(--muted)',
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 9,
    gridColor: 'var(--grid)',
    domainColor: 'var(--rule)',
    labelFlush: false,
    ticks: false,
  },
  axisX: { grid: false },
  axisY: { domain: false },
  line: { strokeCap: 'round', strokeJoin: 'round' },
} as const;

export function lineChart({ x, y, xTitle, series, marks = [] }: LineChart): TopLevelSpec {
  const dotted = series.every(({ points }) => points.length <= MOST_DOTS);
  const placed = (points: readonly Point[]): Point[] =>
    points.map((point) => ({ x: x.place(point.x), y: y.place(point.y) }));
  const encoding = {
    x: { field: 'x', type: 'quantitative', scale: scaleOf(x), axis: axisOf(x, xTitle) },
    y: { field: 'y', type: 'quantitative', scale: scaleOf(y), axis: axisOf(y, null) },
  } as const;
  const lines = series.map(({ points, colour, width = 1.75, line = 'solid' }) => ({
    data: { values: placed(points) },
    mark: {
      type: 'line',
      stroke: colour,
      strokeWidth: width,
      ...(line !== 'solid' && { strokeDash: DASHES[line] }),
      point: dotted && line === 'solid' && { fill: colour, size: 16 * width },
    } as const,
    encoding,
  }));
  const symbols = marks.map(({ points, symbol, colour }) => ({
    data: { values: placed(points) },
    mark: {
      type: 'point',
      shape: SHAPES[symbol],
      stroke: colour,
      fill: 'var(--paper)',
      strokeWidth: 1.75,
      size: 55,
      opacity: 1,
    } as const,
    encoding,
  }));
  return { ...FRAME, background: 'transparent', config: CONFIG, layer: [...lines, ...symbols] };
}

function scaleOf({ type, domain }: Axis): { type: 'linear' | 'log'; domain: number[]; nice: false } {
  return { type, domain: [...domain], nice: false };
}

/** The labels travel as a table because Vega's own formats know no superscripts. */
function axisOf(
  { ticks }: Axis,
  title: string | null,
): { values: number[]; labelExpr: string; title: string | null } {
  const labels = Object.fromEntries(ticks.map(({ at, label }) => [String(at), label]));
  return { values: ticks.map(({ at }) => at), labelExpr: `(${JSON.stringify(labels)})[datum.value]`, title };
}
