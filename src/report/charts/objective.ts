import type { SweepRecord } from '../../solve/record.ts';
import { html } from '../html.ts';
import { type Chart, logBySweep, pointsOf } from './chart.ts';

export function objectiveChart(records: readonly SweepRecord[]): Chart | undefined {
  const points = pointsOf(records, ({ objective }) => objective);
  const spec = logBySweep(records, [{ name: 'objective', points, colour: 'var(--first)', width: 2.25 }]);
  return spec && { title: 'Objective', caption: html`The lifted objective after each sweep.`, spec };
}
