/** Several ways to train one network, side by side. */
export interface ComparisonReport {
  readonly title: string;
  /** Name and value, in the order in which they are shown. */
  readonly facts: readonly (readonly [string, string])[];
  /** What to know before reading, as sentences. */
  readonly remarks: readonly string[];
  readonly entries: readonly Entry[];
  /** Name of the target of `toTarget`, such as `98.21 %`. */
  readonly target?: string;
  readonly charts: readonly CurveChart[];
}

/** One row of the table, its cells as text. */
export interface Entry {
  readonly name: string;
  readonly settings: string;
  readonly test: string;
  readonly train: string;
  readonly secondsPerSweep: string;
  readonly seconds: string;
  readonly toTarget: string;
  /** Of the weights of hidden layers; empty where all are in use. */
  readonly nonzeros: string;
  readonly memory: string;
  readonly endings: string;
}

/** Curves of all competitors over the same axis. */
export interface CurveChart {
  readonly title: string;
  readonly caption: string;
  readonly xTitle: string;
  readonly scale: 'linear' | 'log';
  /** The lowest value that is of interest; what lies below is drawn there. */
  readonly lowest: number;
  readonly curves: readonly Curve[];
}

export interface Curve {
  readonly name: string;
  /** The mean of the trials. */
  readonly mean: readonly CurvePoint[];
  /** The trials themselves, drawn thinly. */
  readonly trials: readonly (readonly CurvePoint[])[];
}

export interface CurvePoint {
  readonly x: number;
  readonly y: number;
}
