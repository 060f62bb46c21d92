import type { Ops } from '../../algebra/ops.ts';
import { newtonInverse } from './newtonInverse.ts';

/**
 * argmin φ = ½ ‖E − V ΔWᵀ − 1 Δbᵀ‖² + c/2 ‖(ΔW, Δb)‖²,  V `[m, d]`, E `[m, r]`, c > 0 of rank 0. With K = (V 1) it is
 *   (ΔW, Δb)ᵀ = Kᵀ (c I + K Kᵀ)⁻¹ E = (c I + Kᵀ K)⁻¹ Kᵀ E   (the push-through identity),
 * of which the smaller matrix is taken. Its inverse is that of `newtonInverse`, a polynomial of it with an error of e: along each
 * right singular vector of K the step is 1 − ε times the exact one, |ε| ≤ e < 1, and φ falls by 1 − e² of what it can or more.
 */
export function proximalLeastSquares<T>(
  o: Ops<T>,
  V: T,
  E: T,
  c: T,
  { samples, inputs }: { readonly samples: number; readonly inputs: number },
): { readonly W: T; readonly b: T } {
  const inverse = o.div(o.scalar(1), c);
  /** (c I + G)⁻¹. */
  const inverted = (G: T): T => {
    const { scale, matrix } = newtonInverse(o, o.mul(inverse, G));
    return o.mul(o.mul(inverse, scale), matrix);
  };
  if (samples <= inputs) {
    const P = inverted(o.add(o.product(V, V, { transposeB: true }), o.scalar(1)));
    const X = o.product(E, P, { transposeA: true });
    return { W: o.product(X, V), b: o.sum(X, 1) };
  }
  const ones = o.add(o.mul(o.columns(V, 0, 1), o.scalar(0)), o.scalar(1));
  const K = o.concat([V, ones]);
  const P = inverted(o.product(K, K, { transposeA: true }));
  const step = o.product(o.product(E, K, { transposeA: true }), P);
  return { W: o.columns(step, 0, inputs), b: o.sum(o.columns(step, inputs, inputs + 1), 1) };
}
