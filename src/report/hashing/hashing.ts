import { linearAxis } from '../axis.ts';
import type { Chart } from '../charts/chart.ts';
import { type Html, html } from '../html.ts';
import { legend } from '../legend.ts';
import { lineChart, type Series } from '../lineChart.ts';
import { lineOf } from '../lineStyle.ts';
import { formatScore } from '../numbers.ts';
import { document, factTable, figure } from '../page.ts';
import { renderSvgs } from '../svg.ts';
import { table } from '../table.ts';
import type { HashingEntry, HashingReport, HashingSection } from './contract.ts';

export type { HashingReport } from './contract.ts';

/** A self-contained HTML page of how well codes find samples of the same class. */
export async function renderHashing({ title, remarks, sections, facts }: HashingReport): Promise<string> {
  const charts = sections.map(curves);
  const drawings = await renderSvgs(charts);
  const figures = charts.map((chart, position) => figure(chart, drawings[position]!));
  return document(
    title,
    html`<header>
<h1>${title}</h1>
${remarks.map((sentence) => html`<p>${sentence}</p>\n`)}</header>
${sections.map((section) => html`<section>\n<h2>${section.title}</h2>\n${entryTable(section)}</section>\n`)}
<section class="figures">
${figures}</section>
${factTable(facts)}`,
  ).markup;
}

function entryTable({ k, entries }: HashingSection): Html {
  return table<HashingEntry>(entries, [
    { head: 'codes', cell: ({ name }) => name },
    { head: 'bits', cell: ({ bits }) => bits },
    { head: 'mAP', cell: (entry) => formatScore(entry.meanAveragePrecision) },
    { head: `precision at ${k}`, cell: (entry) => formatScore(entry.precisionAtK) },
    { head: 'precision within 2', cell: (entry) => formatScore(entry.precisionInRadius) },
    { head: 'recall within 2', cell: (entry) => formatScore(entry.recallInRadius) },
    { head: 'nothing within 2', cell: (entry) => formatScore(entry.nothingInRadius) },
  ]);
}

function curves({ title, entries }: HashingSection): Chart {
  const series = entries.map(
    ({ name, bits, curve }, position): Series => ({
      name: `${name}, ${bits} bits`,
      ...lineOf(position),
      points: curve.map(({ recall, precision }) => ({ x: recall, y: precision })),
    }),
  );
  const points = series.flatMap((one) => one.points);
  return {
    title: `Precision by recall, ${title}`,
    caption: html`Of all codes up to a Hamming distance, one point a distance, over the pairs of all queries.`,
    legend: legend(series),
    spec: lineChart({
      x: linearAxis([0, ...points.map(({ x }) => x)]),
      y: linearAxis(points.map(({ y }) => y)),
      xTitle: 'recall',
      series,
    }),
  };
}
