/** What a program needs to know of the other processes that hold the rest of the samples. */
export interface Communicator {
  readonly rank: number;
  readonly size: number;
  /** Element-wise sum over all processes, in place, with the same bits on each. */
  allReduceSum(values: Float64Array): Promise<void>;
}
