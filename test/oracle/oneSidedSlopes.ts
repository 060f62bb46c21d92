import type { Tensor } from '../../src/algebra/tensor.ts';
import { differenceStep } from '../tolerance.ts';

/** Difference quotients of f: `[n, d]` to `[n]`, in every coordinate of every row, from below and from above. */
export function oneSidedSlopes(
  f: (x: Tensor) => Tensor,
  x: Tensor,
): { readonly left: Float64Array; readonly right: Float64Array } {
  const d = x.shape[1]!;
  const here = f(x).data;
  const quotients = (h: number): Float64Array => {
    const out = new Float64Array(x.data.length);
    for (let j = 0; j < d; j++) {
      const moved = f({
        ...x,
        data: x.data.map((value, k) => (k % d === j ? value + h : value)) as Float64Array,
      });
      for (const [i, value] of moved.data.entries()) out[i * d + j] = (value - here[i]!) / h;
    }
    return out;
  };
  return { left: quotients(-differenceStep), right: quotients(differenceStep) };
}
