import type { Descent, SweepRecord } from '../../solve/record.ts';
import { html } from '../html.ts';
import { legend } from '../legend.ts';
import type { Marks, Series } from '../lineChart.ts';
import { type Chart, logBySweep, pointsOf } from './chart.ts';

export function descentChart(records: readonly SweepRecord[]): Chart | undefined {
  const ratios = (verdicts: readonly Descent['verdict'][]): Marks['points'] =>
    pointsOf(
      records.filter(({ descent }) => descent !== undefined && verdicts.includes(descent.verdict)),
      ({ descent }) => descent?.ratio,
    );
  const series: readonly Series[] = [
    { name: 'ratio', points: ratios(['holds', 'rounding', 'violated']), colour: 'var(--first)' },
    {
      name: 'a, the guarantee',
      points: pointsOf(records, ({ descent }) => descent?.a),
      colour: 'var(--ink)',
      line: 'dashed',
      width: 1.25,
    },
  ];
  const marks: readonly Marks[] = [
    { name: 'below a, within rounding', points: ratios(['rounding']), colour: 'var(--warn)', symbol: '○' },
    { name: 'violated', points: ratios(['violated']), colour: 'var(--alarm)', symbol: '▽' },
  ];
  const spec = logBySweep(records, series, marks);
  return (
    spec && {
      title: 'Sufficient descent',
      caption: html`Decrease of the objective over squared movement; theory promises at least <var>a</var>.`,
      legend: legend([...series, ...marks.filter(({ points }) => points.length > 0)]),
      spec,
    }
  );
}
