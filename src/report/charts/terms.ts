import type { SweepRecord } from '../../solve/record.ts';
import { labelOf } from '../families.ts';
import { html } from '../html.ts';
import { familyLegend } from '../legend.ts';
import { byName } from './byName.ts';
import { type Chart, logBySweep } from './chart.ts';

/** Absent where the objective has one term, which has a chart of its own. */
export function termsChart(records: readonly SweepRecord[]): Chart | undefined {
  if (records.every(({ terms }) => Object.keys(terms).length < 2)) return undefined;
  const { families, series, zero } = byName(records, ({ terms }) => terms);
  const spec = logBySweep(records, series);
  if (spec === undefined) return undefined;
  const names = zero.map((family, position) => html`${position === 0 ? '' : ', '}${labelOf(family)}`);
  const omitted = zero.length === 0 ? undefined : html` Zero throughout: ${names}.`;
  return {
    title: 'Objective by term',
    caption: html`The terms whose sum is the objective.${omitted}`,
    legend: familyLegend(families),
    spec,
  };
}
