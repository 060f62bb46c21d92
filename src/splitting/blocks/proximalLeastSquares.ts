import type { Ops } from '../../algebra/ops.ts';
import { conjugateGradients } from './conjugateGradients.ts';

/** Steps of the method of conjugate gradients; docs/methods.md says how near to the minimiser they come. */
export const solveSteps = 4;

/**
 * argmin ½ ‖E − V ΔWᵀ − 1 Δbᵀ‖² + c/2 ‖(ΔW, Δb)‖²,  V `[m, d]`, E `[m, r]`, c > 0 of rank 0, by conjugate gradients on m samples:
 *   ΔW = X V/c,  Δb = X 1/c,  X (I + (V Vᵀ + 1 1ᵀ)/c) = Eᵀ   (the push-through identity).
 * The matrix V Vᵀ is formed where samples are fewer than twice the inputs; elsewhere its two factors are applied, which costs no
 * more than the Gram matrix VᵀV of the inputs would.
 */
export function proximalLeastSquares<T>(
  o: Ops<T>,
  V: T,
  E: T,
  c: T,
  { samples, inputs }: { readonly samples: number; readonly inputs: number },
): { readonly W: T; readonly b: T } {
  const inverse = o.div(o.scalar(1), c);
  const gram =
    samples < 2 * inputs
      ? o.mul(inverse, o.add(o.product(V, V, { transposeB: true }), o.scalar(1)))
      : undefined;
  const apply = (D: T): T => {
    if (gram !== undefined) return o.product(D, gram, { plus: D });
    const ones = o.column(o.sum(D, 1));
    return o.add(D, o.mul(inverse, o.add(ones, o.product(o.product(D, V), V, { transposeB: true }))));
  };
  const X = o.mul(inverse, conjugateGradients(o, apply, o.transpose(E), solveSteps));
  return { W: o.product(X, V), b: o.sum(X, 1) };
}
