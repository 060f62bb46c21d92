import { linearAxis, logAxis } from '../axis.ts';
import type { Chart } from '../charts/chart.ts';
import { html } from '../html.ts';
import { legend } from '../legend.ts';
import { lineChart, type Series } from '../lineChart.ts';
import { lineOf } from '../lineStyle.ts';
import { document, factTable, figure } from '../page.ts';
import { renderSvgs } from '../svg.ts';
import { table } from '../table.ts';
import type { ComparisonReport, Curve, CurveChart, CurvePoint, Entry } from './contract.ts';

export type { ComparisonReport } from './contract.ts';

/** A self-contained HTML page that sets competitors side by side. */
export async function renderComparison(report: ComparisonReport): Promise<string> {
  const charts = report.charts.map(chartOf);
  const drawings = await renderSvgs(charts);
  const figures = charts.map((chart, position) => figure(chart, drawings[position]!));
  return document(
    report.title,
    html`<header>
<h1>${report.title}</h1>
${report.remarks.map((sentence) => html`<p>${sentence}</p>\n`)}</header>
${entryTable(report)}
<section class="figures">
${figures}</section>
${factTable(report.facts)}`,
  ).markup;
}

function entryTable({ entries, target }: ComparisonReport) {
  return table<Entry>(entries, [
    { head: 'method', cell: ({ name }) => name },
    { head: 'test', cell: ({ test }) => test },
    { head: 'train', cell: ({ train }) => train },
    { head: 'seconds a sweep', cell: ({ secondsPerSweep }) => secondsPerSweep },
    { head: 'seconds', cell: ({ seconds }) => seconds },
    { head: `seconds to ${target ?? 'the target'}`, cell: ({ toTarget }) => (target ? toTarget : undefined) },
    { head: 'nonzeros', cell: ({ nonzeros }) => nonzeros || undefined },
    { head: 'memory', cell: ({ memory }) => memory || undefined },
    { head: 'ended by', cell: ({ endings }) => endings },
    { head: 'settings', cell: ({ settings }) => settings || undefined },
  ]);
}

function chartOf({ title, caption, xTitle, scale, lowest, curves }: CurveChart): Chart {
  const shown = (value: number): number => Math.max(value, lowest);
  const points = curves.flatMap(({ mean, trials }) => [...mean, ...trials.flat()]);
  const x = linearAxis([0, ...points.map((point) => point.x)]);
  const values = points.map((point) => shown(point.y));
  const y = (scale === 'log' ? logAxis(values) : undefined) ?? linearAxis(values);
  return {
    title,
    caption: html`${caption}`,
    legend: legend(curves.map(({ name }, position) => ({ name, ...lineOf(position) }))),
    spec: lineChart({
      x,
      y: { ...y, place: (value) => y.place(shown(value)) },
      xTitle,
      series: curves.flatMap(seriesOf),
    }),
  };
}

function seriesOf({ name, mean, trials }: Curve, position: number): Series[] {
  const line = { name, ...lineOf(position) };
  const thin = (points: readonly CurvePoint[]): Series => ({ ...line, points, width: 0.5 });
  return [...(trials.length > 1 ? trials.map(thin) : []), { ...line, points: mean, width: 2 }];
}
