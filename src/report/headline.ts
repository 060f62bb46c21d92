import type { Scores, SweepRecord } from '../solve/record.ts';
import { formatNumber, formatScore, formatSeconds } from './numbers.ts';

export interface Headline {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
}

export function headlines(records: readonly SweepRecord[]): readonly Headline[] {
  const last = records.at(-1);
  if (last === undefined) return [];
  const scores = (['test', 'validation', 'train'] as const).map((name) => scoreHeadline(records, last, name));
  return [
    objectiveHeadline(records[0]!, last),
    ...scores.filter((headline) => headline !== undefined),
    { label: 'Sweeps', value: formatNumber(last.sweep) },
    timeHeadline(records),
  ];
}

function objectiveHeadline(first: SweepRecord, last: SweepRecord): Headline {
  const headline = { label: 'Final objective', value: formatNumber(last.objective) };
  return first === last ? headline : { ...headline, note: `from ${formatNumber(first.objective)}` };
}

/** Scores cost a forward pass and are not taken after every sweep; the last one taken stands for the run. */
function scoreHeadline(
  records: readonly SweepRecord[],
  last: SweepRecord,
  name: keyof Scores,
): Headline | undefined {
  const scored = records.findLast(({ scores }) => scores?.[name] !== undefined);
  if (scored === undefined) return undefined;
  const headline = {
    label: `${name[0]!.toUpperCase()}${name.slice(1)} score`,
    value: formatScore(scored.scores![name]!),
  };
  return scored === last ? headline : { ...headline, note: `at sweep ${scored.sweep}` };
}

function timeHeadline(records: readonly SweepRecord[]): Headline {
  const total = records.reduce((sum, { seconds }) => sum + seconds, 0);
  const headline = { label: 'Time', value: formatSeconds(total) };
  const sweeps = records.filter(({ sweep }) => sweep > 0).length;
  return sweeps < 2 ? headline : { ...headline, note: `${formatSeconds(total / sweeps)} a sweep` };
}
