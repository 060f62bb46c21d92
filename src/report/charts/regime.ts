import type { SweepRecord } from '../../solve/record.ts';
import { regimeOf, type Tail } from '../../solve/regime.ts';
import { html } from '../html.ts';
import { legend } from '../legend.ts';
import type { Point, Series } from '../lineChart.ts';
import { type Chart, logBySweep, pointsOf } from './chart.ts';

/** Both laws are drawn, whichever fits: the eye sees by how much. A run that is too short has no tail to draw them over. */
export function regimeChart(records: readonly SweepRecord[]): Chart | undefined {
  const regime = regimeOf(records);
  const tail = 'tail' in regime ? regime.tail : undefined;
  if (tail === undefined && regime.name !== 'finite') return undefined;
  const movement: Series = {
    name: 'movement',
    points: pointsOf(records, ({ descent }) => descent && Math.sqrt(descent.movement)),
    colour: 'var(--first)',
  };
  const series = tail === undefined ? [movement] : [movement, ...laws(tail)];
  const spec = logBySweep(records, series);
  return (
    spec && {
      title: 'Convergence',
      caption: html`Distance ‖P<sup>k</sup> − P<sup>k−1</sup>‖ moved. ${regime.sentence}`,
      legend: legend(series),
      spec,
    }
  );
}

function laws({ first, last, geometric, power }: Tail): readonly Series[] {
  const sweeps = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const curve = (logarithm: (sweep: number) => number): readonly Point[] =>
    sweeps.map((sweep) => ({ x: sweep, y: Math.exp(logarithm(sweep)) }));
  return [
    {
      name: 'geometric law qᵏ',
      points: curve((sweep) => geometric.intercept + geometric.slope * sweep),
      colour: 'var(--second)',
      line: 'dashed',
    },
    {
      name: 'power law k⁻ᵖ',
      points: curve((sweep) => power.intercept + power.slope * Math.log(sweep)),
      colour: 'var(--ink)',
      line: 'dotted',
    },
  ];
}
