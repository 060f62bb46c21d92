import type { SweepRecord } from '../solve/record.ts';

export interface Report {
  readonly title: string;
  readonly status: { readonly name: string; readonly sentence: string };
  /** Name and value, in the order in which they are shown. */
  readonly facts: readonly (readonly [string, string])[];
  readonly records: readonly SweepRecord[];
}
