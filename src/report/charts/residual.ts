import type { SweepRecord } from '../../solve/record.ts';
import { logAxis } from '../axis.ts';
import { html } from '../html.ts';
import { legend } from '../legend.ts';
import { lineChart, type Series } from '../lineChart.ts';
import { type Chart, pointsOf, valuesOf } from './chart.ts';

/** All in squares, the unit of Theorem 1 (c), so that residual, bound and mean share one axis. */
export function residualChart(records: readonly SweepRecord[]): Chart | undefined {
  const swept = records.filter(({ sweep }) => sweep > 0);
  const distance = pointsOf(swept, ({ residual }) => squared(residual?.distance));
  const mean = pointsOf(swept, ({ residual }) => residual?.runningMean);
  const anchor = mean[0] ?? distance[0];
  if (anchor === undefined || distance.length < 2) return undefined;
  const series: readonly Series[] = [
    {
      name: 'bound²',
      points: pointsOf(swept, ({ residual }) => squared(residual?.bound)),
      colour: 'var(--muted)',
      line: 'dashed',
      width: 1.5,
    },
    {
      name: 'falls like 1/K',
      points: distance.map(({ x }) => ({ x, y: (anchor.y * anchor.x) / x })),
      colour: 'var(--muted)',
      line: 'dotted',
    },
    { name: 'residual²', points: distance, colour: 'var(--first)' },
    { name: 'mean of residual² so far', points: mean, colour: 'var(--second)' },
  ];
  const present = series.filter(({ points }) => points.length > 0);
  const x = logAxis(
    distance.map((point) => point.x),
    0,
  );
  const y = logAxis(valuesOf(present));
  if (x === undefined || y === undefined) return undefined;
  return {
    title: 'Residual',
    caption: html`Squared distance of 0 to the subdifferential; its mean should fall like 1/K.`,
    legend: legend(present),
    spec: lineChart({ x, y, xTitle: 'sweep K', series: present }),
  };
}

function squared(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value ** 2;
}
