/** How a block was solved that an iteration solves, such as all states of a sample jointly. */
export interface InnerSolve {
  /** Rounds of the iteration, a mean over the samples. */
  readonly rounds: number;
  /** Norm of what was left of the residual of the optimality conditions, over all samples. */
  readonly residual: number;
}
