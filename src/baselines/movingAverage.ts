import { type Ops, scaled } from '../algebra/ops.ts';

/** decay · average + (1 − decay) · value. */
export function movingAverage<T>(o: Ops<T>, decay: number, average: T, value: T): T {
  return o.add(scaled(o, decay, average), scaled(o, 1 - decay, value));
}
