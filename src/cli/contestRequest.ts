import type { DataSource } from '../data/dataset.ts';
import type { Competitor } from '../estimator/competitors.ts';

/** Options of the commands that set competitors side by side. */
export interface ContestOptions {
  readonly trials?: number;
  readonly seed?: number | undefined;
  /** Whether learning rates are tuned. */
  readonly tune?: boolean;
  readonly threads?: number;
  readonly out?: string;
  readonly json?: boolean;
}

export interface Contest {
  /** Of the folder in runs/. */
  readonly name: string;
  readonly title: string;
  readonly source: string;
  readonly data: DataSource;
  readonly competitors: readonly Competitor[];
  /** What a reader of the report should know first. */
  readonly remarks: readonly string[];
  readonly options: ContestOptions;
}
