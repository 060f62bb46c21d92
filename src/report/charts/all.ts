import type { SweepRecord } from '../../solve/record.ts';
import type { Chart } from './chart.ts';
import { descentChart } from './descent.ts';
import { movementChart } from './movement.ts';
import { objectiveChart } from './objective.ts';
import { regimeChart } from './regime.ts';
import { residualChart } from './residual.ts';
import { scoresChart } from './scores.ts';
import { termsChart } from './terms.ts';

/** Those that the records have the data for. */
export function allCharts(records: readonly SweepRecord[]): readonly Chart[] {
  return [objectiveChart, termsChart, descentChart, movementChart, regimeChart, residualChart, scoresChart]
    .map((draw) => draw(records))
    .filter((chart) => chart !== undefined);
}
