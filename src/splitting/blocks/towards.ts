import type { Floats } from '../../algebra/tensor.ts';
import type { LayerWeights } from '../../models/network.ts';

/** previous + t (goal − previous), with a t for each unit. */
export function towards(previous: LayerWeights, goal: LayerWeights, steps: Float64Array): LayerWeights {
  // A whole step ends at the goal to the bit: its zeros and bounds are exact.
  const blend = (from: Floats, to: Floats): Floats => {
    const width = from.length / steps.length;
    return from.map((value, k) => {
      const t = steps[Math.floor(k / width)]!;
      return t === 1 ? to[k]! : value + t * (to[k]! - value);
    });
  };
  return {
    W: { ...previous.W, data: blend(previous.W.data, goal.W.data) },
    b: { ...previous.b, data: blend(previous.b.data, goal.b.data) },
  };
}
