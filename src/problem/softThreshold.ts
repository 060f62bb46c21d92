import type { Ops } from '../algebra/ops.ts';

/** argmin_x threshold ‖x‖₁ + ½‖x − z‖² = sign(z) max(|z| − threshold, 0), and exactly 0 where |z| ≤ threshold. */
export function softThreshold<T>(o: Ops<T>, z: T, threshold: T): T {
  return o.sub(o.relu(o.sub(z, threshold)), o.relu(o.sub(o.sub(o.scalar(0), z), threshold)));
}
