import { type Relaxation, thetaOf } from '../relaxation.ts';
import type { WeightBlock } from './block.ts';
import { towards } from './towards.ts';

/** The block moved by θ_t of the way to its minimiser. */
export function relaxed(block: WeightBlock, relaxation: Relaxation | undefined): WeightBlock {
  return {
    ...block,
    async solve(engine, sums, previous, known, sweep) {
      const goal = await block.solve(engine, sums, previous, known, sweep);
      const steps = new Float64Array(previous.b.shape[0]!).fill(thetaOf(relaxation, sweep));
      return towards(previous, goal, steps);
    },
  };
}
