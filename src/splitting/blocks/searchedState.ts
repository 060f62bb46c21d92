import { absolute, type Ops, scaled, squaredNorms } from '../../algebra/ops.ts';
import { preactivation, type Variables } from '../../problem/objective.ts';
import { activationOf, gammaOf, isQuadratic, type Problem } from '../../problem/problem.ts';
import { anchorsOf } from './anchors.ts';
import type { StateBlock } from './block.ts';
import { linearised } from './linearised.ts';
import { responseMatrix } from './response.ts';
import { spectralBound } from './spectralBound.ts';
import { stepLengths } from './stepLengths.ts';

/** Steps of Gauss-Newton on one block; each costs two products a sample. */
const innerSteps = 2;

/**
 * V_i ← argmin F(V) = λ s(V) + τ/2 ‖V − S‖² + γ/2 ‖V_{i+1} − σ(W V + b)‖²,   W = W_{i+1}, γ = γ_{i+1}, σ = σ_{i+1}   (ZLLY
 * Algorithm 1), with τ and S of `anchorsOf`. F is not convex and has no closed form. Around Z = W V + b the last term is modelled
 * with the same Hessian for all samples (`linearised`), and the model is minimised: V̂ = S + (T − b − S Wᵀ) K where s is
 * quadratic and part of τ, else V̂ = prox_{λ s/M}(V − ∇/M), M = τ + γ L² ‖W‖².
 * Along V + t (V̂ − V) the preactivations are linear in t, so F is known at many t for element-wise work alone, and each
 * sample takes the lowest, t = 0 included: F never rises, whatever the activation.
 */
export function searchedStateBlock(problem: Problem, layer: number, alpha: number): StateBlock {
  const above = layer + 1;
  const sigma = activationOf(problem, above);
  const gamma = gammaOf(problem, above);
  const anchors = anchorsOf(problem, layer, alpha);
  const model = linearised(sigma);
  const quadratic = isQuadratic(problem.stateRegularizer);
  const { term, weight } = problem.stateRegularizer;
  const derived = quadratic
    ? responseMatrix(problem, above, anchors.total / (gamma * model.curvature))
    : spectralBound(problem, above);
  const lengths = stepLengths(problem.stateRegularizer);
  const W = `W${above}`;
  return {
    kind: 'state',
    name: `V${layer}`,
    reads: [...new Set([...anchors.reads, `V${layer}`, `V${above}`, W, `b${above}`])],
    derived,
    update<T>(o: Ops<T>, x: Variables<T>): T {
      const misfit = (z: T): T => squaredNorms(o, o.sub(x[`V${above}`]!, sigma.value(o, z)));
      const start = anchors.mean(o, x);
      const atStart = quadratic
        ? o.product(start, x[W]!, { transposeB: true, plus: x[`b${above}`]! })
        : undefined;

      /** The minimiser of the model around V, where the preactivations are Z. */
      const goalOf = (V: T, Z: T): T => {
        const target = model.target(o, x[`V${above}`]!, Z);
        if (atStart !== undefined)
          return o.product(o.sub(target, atStart), x[derived.name]!, { plus: start });
        const M = o.add(o.scalar(anchors.total), scaled(o, gamma * model.curvature, x[derived.name]!));
        const pull = scaled(o, anchors.total, o.sub(V, start));
        const gradient = o.product(o.sub(target, Z), x[W]!, {
          scale: -gamma * model.curvature,
          plus: pull,
        });
        const step = o.div(o.scalar(1), M);
        return term.prox(o, o.sub(V, o.mul(step, gradient)), scaled(o, weight, step));
      };

      let V: T = x[`V${layer}`]!;
      let Z = preactivation(o, x, problem, above);
      for (let inner = 0; inner < innerSteps; inner++) {
        const goal = goalOf(V, Z);
        const direction = o.sub(goal, V);
        const rise = o.product(direction, x[W]!, { transposeB: true });
        const [along, square] = [o.sum(o.mul(o.sub(V, start), direction), 1), squaredNorms(o, direction)];
        const at = (t: number): T => (t === 1 ? goal : o.add(V, scaled(o, t, direction)));
        const present = misfit(Z);
        const prior = quadratic ? undefined : term.value(o, V);
        let lowest = scaled(o, 0, present);
        let length = lowest;
        for (const t of lengths) {
          const fit = o.sub(misfit(o.add(Z, scaled(o, t, rise))), present);
          const pull = o.add(scaled(o, t, along), scaled(o, t ** 2 / 2, square));
          const smooth = o.add(scaled(o, gamma / 2, fit), scaled(o, anchors.total, pull));
          const change =
            prior === undefined
              ? smooth
              : o.add(smooth, scaled(o, weight, o.sub(term.value(o, at(t)), prior)));
          const better = o.less(change, lowest);
          lowest = o.where(better, change, lowest);
          length = o.where(better, o.scalar(t), length);
        }
        const t = o.column(length);
        // A whole step ends at the goal to the bit: its zeros and bounds are exact.
        V = o.where(isOne(o, t), goal, o.add(V, o.mul(t, direction)));
        if (inner + 1 < innerSteps) Z = o.add(Z, o.mul(t, rise));
      }
      return V;
    },
  };
}

/** A mask: t is 1, of lengths that are powers of 2. */
function isOne<T>(o: Ops<T>, t: T): T {
  const distance = absolute(o, o.sub(t, o.scalar(1)));
  return o.less(distance, o.scalar(0.25));
}
