import type { Descent, SweepRecord } from '../../solve/record.ts';
import { type Html, html } from '../html.ts';
import { counted, formatCell, formatNumber } from '../numbers.ts';
import { table } from '../table.ts';

interface Descended {
  readonly sweep: number;
  readonly descent: Descent;
}

const ASIDES: Readonly<Record<Descent['verdict'], string>> = {
  holds: '',
  rounding: ', short by what rounding can explain',
  violated: ', short by more than rounding can explain',
};

export function descentText(records: readonly SweepRecord[]): Html | undefined {
  const descended = records.flatMap(({ sweep, descent }) =>
    descent === undefined ? [] : [{ sweep, descent }],
  );
  if (descended.length === 0) return undefined;
  const violated = descended.filter(({ descent }) => descent.verdict === 'violated');
  return html`<p><strong>Sufficient descent.</strong> Theory promises that each sweep lowers the objective by at
least <var>a</var> times the squared distance it moved. ${verdictText(descended)} ${smallestText(descended)}</p>
${violated.length > 0 ? violationTable(violated) : undefined}`;
}

function verdictText(descended: readonly Descended[]): string {
  const total = descended.length;
  const count = (verdict: Descent['verdict']): number =>
    descended.filter(({ descent }) => descent.verdict === verdict).length;
  if (count('holds') === total)
    return `It held at ${total === 1 ? 'the only sweep' : `all ${total} sweeps`}.`;
  const short = `fell short by no more than rounding explains at ${count('rounding')}`;
  return `It held at ${count('holds')} of ${counted(total, 'sweep')}, ${short}, and was violated at ${count('violated')}.`;
}

function smallestText(descended: readonly Descended[]): Html | undefined {
  const smallest = descended
    .filter(({ descent }) => Number.isFinite(descent.ratio))
    .reduce<Descended | undefined>(
      (least, one) => (least !== undefined && least.descent.ratio <= one.descent.ratio ? least : one),
      undefined,
    );
  if (smallest === undefined) return undefined;
  const { ratio, a, verdict } = smallest.descent;
  const relation = a > 0 && ratio > a ? `${formatNumber(ratio / a, 3)} times` : 'against';
  return html`The smallest ratio of decrease to squared movement was ${formatNumber(ratio)} (sweep
${smallest.sweep}), ${relation} <var>a</var> = ${formatNumber(a)}${ASIDES[verdict]}.`;
}

function violationTable(violated: readonly Descended[]): Html {
  return table(violated, [
    { head: 'violated at sweep', cell: ({ sweep }) => String(sweep) },
    { head: 'decrease', cell: ({ descent }) => formatCell(descent.decrease) },
    { head: 'movement', cell: ({ descent }) => formatCell(descent.movement) },
    { head: 'ratio', cell: ({ descent }) => formatCell(descent.ratio) },
    { head: html`<var>a</var>`, cell: ({ descent }) => formatCell(descent.a) },
    { head: 'rounding explains', cell: ({ descent }) => formatCell(descent.rounding) },
  ]);
}
