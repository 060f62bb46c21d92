import type { Descent, SweepRecord } from '../solve/record.ts';
import { type Html, html } from './html.ts';
import { formatCell, formatScore } from './numbers.ts';
import { table } from './table.ts';

export function sweepTable(records: readonly SweepRecord[]): Html {
  return table(records, [
    { head: 'sweep', cell: ({ sweep }) => String(sweep) },
    { head: 'objective', cell: ({ objective }) => formatCell(objective, 6) },
    { head: 'decrease', cell: ({ descent }) => number(descent?.decrease) },
    { head: 'movement', cell: ({ descent }) => number(descent?.movement) },
    { head: 'ratio', cell: ({ descent }) => number(descent?.ratio) },
    { head: 'verdict', cell: ({ descent }) => descent && verdict(descent.verdict) },
    { head: 'residual', cell: ({ residual }) => number(residual?.distance) },
    { head: 'bound', cell: ({ residual }) => number(residual?.bound) },
    { head: 'train', cell: ({ scores }) => score(scores?.train) },
    { head: 'validation', cell: ({ scores }) => score(scores?.validation) },
    { head: 'test', cell: ({ scores }) => score(scores?.test) },
    { head: 'seconds', cell: ({ seconds }) => formatCell(seconds, 3) },
  ]);
}

function verdict(name: Descent['verdict']): Html {
  return html`<span class="${name}">${name}</span>`;
}

function number(value: number | undefined): string | undefined {
  return value === undefined ? undefined : formatCell(value);
}

function score(value: number | undefined): string | undefined {
  return value === undefined ? undefined : formatScore(value);
}
