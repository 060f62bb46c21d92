import type { SweepRecord } from '../../solve/record.ts';
import { html } from '../html.ts';
import { familyLegend } from '../legend.ts';
import { byName } from './byName.ts';
import { type Chart, logBySweep } from './chart.ts';

export function movementChart(records: readonly SweepRecord[]): Chart | undefined {
  const { families, series } = byName(records, ({ descent }) => descent?.movementOf);
  const spec = logBySweep(records, series);
  return (
    spec && {
      title: 'Movement by block',
      caption: html`Squared distance ‖P<sup>k</sup> − P<sup>k−1</sup>‖² that each block moved.`,
      legend: familyLegend(families),
      spec,
    }
  );
}
