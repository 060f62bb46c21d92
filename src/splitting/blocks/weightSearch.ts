import type { Engine, Expression, Program } from '../../algebra/engine.ts';
import { type Ops, scaled, squaredNorms } from '../../algebra/ops.ts';
import { type Tensor, toPrecision, vector } from '../../algebra/tensor.ts';
import type { LayerWeights } from '../../models/network.ts';
import { preactivation, preactivationVariables, type Variables } from '../../problem/objective.ts';
import { activationOf, gammaOf, type Problem, shapeOf, weightRegularizerOf } from '../../problem/problem.ts';
import type { WeightBlock } from './block.ts';
import { stepLengths } from './stepLengths.ts';

/**
 * F_k(t) = γ/2 Σ_j (v_jk − σ(z_jk + t (ẑ_jk − z_jk)))² + λ r(w_k) + α/2 ‖(w_k, b_k) − previous‖²   of unit k at a step t from its
 * weights towards the minimiser of the model; z and ẑ are the preactivations at the two ends. The first part is measured as
 * its change from t = 0, sample by sample, so that small changes are not lost in large sums.
 */
export function weightSearch(
  problem: Problem,
  layer: number,
  alpha: number,
): NonNullable<WeightBlock['search']> {
  const [sigma, gamma] = [activationOf(problem, layer), gammaOf(problem, layer)];
  const [W, b] = [`W${layer}`, `b${layer}`];
  const shapes = { W: shapeOf(problem, W), b: shapeOf(problem, b) };
  const regularizer = weightRegularizerOf(problem, layer);
  const { term, weight } = regularizer;
  const rest: Expression = {
    name: `objective of ${W} without its samples`,
    inputs: { ...shapes, 'previous W': shapes.W, 'previous b': shapes.b },
    build(o, x) {
      const [dW, db] = [o.sub(x.W!, x['previous W']!), o.sub(x.b!, x['previous b']!)];
      const moved = scaled(o, alpha / 2, o.add(squaredNorms(o, dW), o.mul(db, db)));
      return { rows: weight > 0 ? o.add(moved, scaled(o, weight, term.value(o, x.W!))) : moved };
    },
  };
  let program: Promise<Program> | undefined;
  return {
    reads: [`V${layer}`, ...preactivationVariables(problem, layer)],
    steps: stepLengths(regularizer),
    change<T>(o: Ops<T>, x: Variables<T>, t: number): T {
      const V = x[`V${layer}`]!;
      const here = preactivation(o, x, problem, layer);
      const there = o.product(x[`V${layer - 1}`]!, x[`next ${W}`]!, {
        transposeB: true,
        plus: x[`next ${b}`]!,
      });
      const before = o.sub(V, sigma.value(o, here));
      const after = o.sub(V, sigma.value(o, o.add(here, scaled(o, t, o.sub(there, here)))));
      // a² − b² = (a − b)(a + b), which keeps the digits of a small change.
      const change = o.mul(o.sub(after, before), o.add(after, before));
      return scaled(o, gamma / 2, o.sum(change, 0));
    },
    async rest(engine: Engine, weights: LayerWeights, previous: LayerWeights): Promise<Float64Array> {
      program ??= engine.compile(rest, 'float64');
      const rows = new Float64Array(weights.W.shape[0]);
      const wide = <Kind extends Tensor>(tensor: Kind): Tensor => toPrecision(tensor, 'float64');
      await (await program).run(
        {
          W: wide(weights.W),
          b: wide(weights.b),
          'previous W': wide(previous.W),
          'previous b': wide(previous.b),
        },
        { rows: vector(rows) },
      );
      return rows;
    },
  };
}
