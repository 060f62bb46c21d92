import { allCharts } from './charts/all.ts';
import type { Report } from './contract.ts';
import { page } from './page.ts';
import { renderSvgs } from './svg.ts';

export type { Report } from './contract.ts';

/** A self-contained HTML page; the same report gives the same page, to the byte. */
export async function renderReport(report: Report): Promise<string> {
  const charts = allCharts(report.records);
  return page(report, charts, await renderSvgs(charts)).markup;
}
