import type { Ops } from '../../algebra/ops.ts';
import { type Activation, slopeOf } from '../../problem/activation.ts';

/** A quadratic model of ½ (v − σ(z))² in z around a point. */
export interface Linearised {
  /** L². */
  readonly curvature: number;
  /** t of the model L²/2 (t − z)² around z. */
  target<T>(o: Ops<T>, v: T, z: T): T;
}

/**
 * ½ (v − σ(z))² ≈ L²/2 (t − z)² + const around z₀, with t = z₀ + (v − σ(z₀)) σ′(z₀)/L²: the gradient is exact, and the curvature
 * σ′² of Gauss-Newton is replaced by its bound L², which is the same for all samples. Exact where σ is the identity.
 * Where σ has no Lipschitz constant, L = 1: the step lengths that are tried make up for it.
 */
export function linearised(sigma: Activation): Linearised {
  const curvature = (sigma.properties.lipschitz ?? 1) ** 2;
  return {
    curvature,
    target(o, v, z) {
      const gap = o.mul(o.sub(v, sigma.value(o, z)), slopeOf(o, sigma, z));
      return o.add(z, o.mul(o.scalar(1 / curvature), gap));
    },
  };
}
