import type { Matrix } from '../algebra/tensor.ts';

/** What a column of targets means: one class of a closed list, or real numbers. */
export type Task = 'classification' | 'regression';

/** Samples with their targets, as plain numbers. */
export interface Dataset {
  /** `[n, d0]`, float32. */
  readonly inputs: Matrix;
  /** `[n, dN]`, float32: one-hot rows for classes, values for regression. */
  readonly targets: Matrix;
  readonly task: Task;
  /** Names of the columns of `targets`: classes, or the target columns. */
  readonly outputs: readonly string[];
  /** Names of the columns of `inputs`, where the source names them. */
  readonly features?: readonly string[];
  /** `image` inputs are already in [0, 1]; `table` inputs are raw and are standardised before training. */
  readonly kind: 'image' | 'table';
}

/** What a source yields: training samples and, where the source has them, test samples. */
export interface DataSource {
  /** As the user named it: `mnist`, a folder, a file. */
  readonly name: string;
  readonly train: Dataset;
  readonly test?: Dataset;
}
