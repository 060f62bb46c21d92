import type { Tensor } from '../../src/algebra/tensor.ts';
import type { BatchSettings } from '../../src/splitting/batchMethod.ts';

/** Settings for batches of m of n samples; the proximal weights are without meaning for the baselines. */
export function batchSettings(m: number, n: number): BatchSettings {
  return {
    alpha: { V: [1], U: [1], W: [1] },
    outputUpdate: 'proximal',
    rateSchedule: 'constant',
    batch: m,
    share: m / n,
  };
}

/** A tensor of rank 0. */
export function number(value: number): Tensor {
  return { shape: [], data: Float64Array.of(value) };
}
