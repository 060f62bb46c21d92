import type { SweepRecord } from '../../solve/record.ts';
import { linearAxis } from '../axis.ts';
import { html } from '../html.ts';
import { legend } from '../legend.ts';
import { lineChart } from '../lineChart.ts';
import { type Chart, pointsOf, sweepAxis, valuesOf } from './chart.ts';

/** An untrained network can have an R² of −10⁶, and a scale that shows it shows nothing else. */
const LOWEST = -1;

const COLOURS = { train: 'var(--first)', validation: 'var(--third)', test: 'var(--second)' } as const;

export function scoresChart(records: readonly SweepRecord[]): Chart | undefined {
  const series = (['train', 'validation', 'test'] as const)
    .map((name) => ({
      name,
      colour: COLOURS[name],
      points: pointsOf(records, ({ scores }) => scores?.[name]),
    }))
    .filter(({ points }) => points.length > 1);
  if (series.length === 0) return undefined;
  const y = linearAxis(valuesOf(series).map(shown));
  const clipped = valuesOf(series).some((score) => score < LOWEST);
  return {
    title: 'Scores',
    caption: html`Of the forward network: fraction of samples right, or R².${
      clipped ? ' Scores below −1 are drawn at −1.' : ''
    }`,
    legend: legend(series),
    spec: lineChart({ x: sweepAxis(records), y: { ...y, place: shown }, xTitle: 'sweep', series }),
  };
}

function shown(score: number): number {
  return Math.max(score, LOWEST);
}
