/** How a run can end. */
export type StatusName =
  | 'converged'
  | 'sweep limit'
  | 'time limit'
  | 'no improvement'
  | 'interrupted'
  | 'not finite'
  | 'descent violated';

export interface Status {
  readonly name: StatusName;
  /** One sentence for people. */
  readonly sentence: string;
}

/** Asks a run to stop after the sweep under way; an `AbortSignal` is one. */
export interface Interruption {
  readonly aborted: boolean;
}
