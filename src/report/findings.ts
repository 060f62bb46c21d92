import type { SweepRecord } from '../solve/record.ts';
import { counted, formatNumber } from './numbers.ts';

/** What a reader must not miss, as sentences for the top of the page; none when all is well. */
export function findings(records: readonly SweepRecord[]): readonly string[] {
  return [nonFinite(records), violations(records)].filter((sentence) => sentence !== undefined);
}

function nonFinite(records: readonly SweepRecord[]): string | undefined {
  const broken = records.find(({ objective }) => !Number.isFinite(objective));
  if (broken === undefined) return undefined;
  const start = `The objective is not finite: it became ${formatNumber(broken.objective)} at sweep ${broken.sweep}`;
  const good = records.findLast(({ sweep }) => sweep < broken.sweep);
  if (good === undefined) return `${start}.`;
  return `${start}; the last finite value was ${formatNumber(good.objective)} at sweep ${good.sweep}.`;
}

function violations(records: readonly SweepRecord[]): string | undefined {
  const count = records.filter(({ descent }) => descent?.verdict === 'violated').length;
  if (count === 0) return undefined;
  return `Sufficient descent was violated beyond rounding at ${counted(count, 'sweep')}; see the certificate below.`;
}
