/** Several kinds of codes of the same samples, side by side. */
export interface HashingReport {
  readonly title: string;
  /** Name and value, in the order in which they are shown. */
  readonly facts: readonly (readonly [string, string])[];
  /** What to know before reading, as sentences. */
  readonly remarks: readonly string[];
  readonly sections: readonly HashingSection[];
}

/** Codes of one data set. */
export interface HashingSection {
  readonly title: string;
  /** The k of the precision at k. */
  readonly k: number;
  readonly entries: readonly HashingEntry[];
}

/** Measures of one kind of codes, in [0, 1]. */
export interface HashingEntry {
  readonly name: string;
  readonly bits: number;
  readonly meanAveragePrecision: number;
  readonly precisionAtK: number;
  readonly precisionInRadius: number;
  readonly recallInRadius: number;
  readonly nothingInRadius: number;
  readonly curve: readonly { readonly recall: number; readonly precision: number }[];
}
