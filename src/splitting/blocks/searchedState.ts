import { type Ops, scaled, squaredNorms } from '../../algebra/ops.ts';
import { preactivation, type Variables } from '../../problem/objective.ts';
import { activationOf, gammaOf, type Problem } from '../../problem/problem.ts';
import { anchorsOf } from './anchors.ts';
import type { StateBlock } from './block.ts';
import { linearised } from './linearised.ts';
import { responseMatrix } from './response.ts';

/** Steps of Gauss-Newton on one block; each costs two products a sample. */
const innerSteps = 2;
/** Lengths of a step that are tried; 1 ends at the minimiser of the model, and one sample may stay where it is. */
export const stepLengths: readonly number[] = [4, 2, 1, 1 / 2, 1 / 4, 1 / 16, 1 / 64, 1 / 256];

/**
 * V_i ← argmin F(V) = τ/2 ‖V − S‖² + γ/2 ‖V_{i+1} − σ(W V + b)‖²,   W = W_{i+1}, γ = γ_{i+1}, σ = σ_{i+1}   (ZLLY Algorithm 1),
 * with τ and S of `anchorsOf`. F is not convex and has no closed form. Around Z = W V + b the second term is modelled with the
 * same Hessian for all samples (`linearised`): its minimiser V̂ = S + (T − b − S Wᵀ) K needs one small factorisation.
 * Along V + t (V̂ − V) the preactivations are linear in t, so F is known at many t for element-wise work alone, and each
 * sample takes the lowest, t = 0 included: F never rises, whatever the activation.
 */
export function searchedStateBlock(problem: Problem, layer: number, alpha: number): StateBlock {
  const above = layer + 1;
  const sigma = activationOf(problem, above);
  const gamma = gammaOf(problem, above);
  const anchors = anchorsOf(problem, layer, alpha);
  const { curvature } = linearised(sigma);
  const response = responseMatrix(problem, above, anchors.total / (gamma * curvature));
  const W = `W${above}`;
  return {
    kind: 'state',
    name: `V${layer}`,
    reads: [...new Set([...anchors.reads, `V${layer}`, `V${above}`, W, `b${above}`])],
    derived: response,
    update<T>(o: Ops<T>, x: Variables<T>): T {
      const misfit = (z: T): T => squaredNorms(o, o.sub(x[`V${above}`]!, sigma.value(o, z)));
      const start = anchors.mean(o, x);
      const atStart = o.product(start, x[W]!, { transposeB: true, plus: x[`b${above}`]! });
      let V: T = x[`V${layer}`]!;
      let Z = preactivation(o, x, above);
      for (let step = 0; step < innerSteps; step++) {
        const gap = o.sub(linearised(sigma).target(o, x[`V${above}`]!, Z), atStart);
        const away = o.sub(V, start);
        const direction = o.sub(o.product(gap, x[response.name]!), away);
        const rise = o.product(direction, x[W]!, { transposeB: true });
        const [along, square] = [o.sum(o.mul(away, direction), 1), squaredNorms(o, direction)];
        const present = misfit(Z);
        let lowest = scaled(o, 0, present);
        let length = lowest;
        for (const t of stepLengths) {
          const fit = o.sub(misfit(o.add(Z, scaled(o, t, rise))), present);
          const pull = o.add(scaled(o, t, along), scaled(o, t ** 2 / 2, square));
          const change = o.add(scaled(o, gamma / 2, fit), scaled(o, anchors.total, pull));
          const better = o.less(change, lowest);
          lowest = o.where(better, change, lowest);
          length = o.where(better, o.scalar(t), length);
        }
        const t = o.column(length);
        V = o.add(V, o.mul(t, direction));
        if (step + 1 < innerSteps) Z = o.add(Z, o.mul(t, rise));
      }
      return V;
    },
  };
}
