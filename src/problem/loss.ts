import type { Ops } from '../algebra/ops.ts';
import type { Family, Interval, Properties, Term } from './term.ts';

/** ℓ(v; y) of ZLLY (2.1), for rows v of the network's output and y of the targets. A sum over the outputs. */
export interface Loss extends Term {
  readonly family?: Family<Loss>;
  /** How class targets are coded for this loss: one-hot rows in {0, 1} or in {−1, 1}. */
  readonly coding: '0/1' | '-1/1';
  /** `classification` losses need classes; others take real targets too. */
  readonly tasks: readonly ('classification' | 'regression')[];
  readonly properties: Properties & {
    /** L_R: a Lipschitz constant of ∇ℓ in v on the whole space, if there is one (ZLLY Theorem 2). */
    readonly gradientLipschitz: number | undefined;
  };
  /** ℓ of each sample: `[n, d]`, `[n, d]` to `[n]`. */
  value<T>(o: Ops<T>, v: T, y: T): T;
  /** argmin_v step · ℓ(v; y) + ½‖v − x‖², step > 0, unique; to rounding. */
  prox<T>(o: Ops<T>, x: T, y: T, step: number): T;
  /** ∂ℓ/∂v, element-wise `[n, d]`. */
  subdifferential<T>(o: Ops<T>, v: T, y: T): Interval<T>;
}
