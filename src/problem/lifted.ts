import { type Ops, scaled } from '../algebra/ops.ts';
import { weightParts } from './inputs.ts';
import { negativePart, type Variables } from './objective.ts';
import { depth, gammaOf, inputsOf, layers, type Problem } from './problem.ts';

/**
 * The gradient of ZB (4) by all hidden states of a sample at once. With z_n = Σ_m W_{n,m} V_m + b_n, e_n = V_n − z_n and g = ∂ℓ/∂z_N:
 *   ∂f/∂V_i = γ_i e_i − Σ_{n < N} γ_n e_n W_{n,i} + g W_{N,i},
 * where W_{n,i} = I for layers that are added as they are. As a quadratic form of the states it is that of Q(W̃) of (5), which is never formed.
 *
 * Fenchel-lifted it is the gradient, at M_n = min(0, z_n) of the states of `x`, of
 *   min over M_n ≤ 0 of Σ γ_n [½ ‖V_n + M_n − z_n‖² − ⟨V_n, M_n⟩]:
 * what goes down becomes e_n = V_n + M_n − z_n, and the own part of a layer stays γ_i (V_i − z_i). The form is the same Q(W̃).
 *
 * What the data give to each z_n is worked out once, with `o`; the function that is returned may be used inside of an iteration.
 * @param lossSlope ∂ℓ/∂z_N at z_N.
 * @returns the gradients by V_1 … V_{N−1}, at their values.
 */
export function hiddenGradient<T>(
  o: Ops<T>,
  problem: Problem,
  x: Variables<T>,
  lossSlope: (inner: Ops<T>, z: T) => T,
): (inner: Ops<T>, states: readonly T[]) => T[] {
  const N = depth(problem);
  const maps = layers(problem).map((n) => {
    const inputs = inputsOf(problem, n);
    const parts = weightParts(o, x[`W${n}`]!, problem.widths, inputs);
    const learned = parts.map(({ layer, columns }) => ({ layer, W: columns() }));
    const fromData = learned.find(({ layer }) => layer === 0);
    const mapped = fromData
      ? o.product(x.V0!, fromData.W, { transposeB: true, plus: x[`b${n}`]! })
      : x[`b${n}`]!;
    return {
      constant: inputs.added.includes(0) ? o.add(mapped, x.V0!) : mapped,
      learned: learned.filter(({ layer }) => layer > 0),
      added: inputs.added.filter((m) => m > 0),
      ...(problem.formulation === 'fenchel-lifted' &&
        n < N && { charge: scaled(o, gammaOf(problem, n), negativePart(o, x, problem, n)) }),
    };
  });
  return (inner, states) => {
    const state = (m: number): T => states[m - 1]!;
    const gradients: T[] = [];
    const add = (m: number, part: T): void => {
      const before = gradients[m - 1];
      gradients[m - 1] = before === undefined ? part : inner.add(before, part);
    };
    for (const [k, { constant, learned, added, charge }] of maps.entries()) {
      const n = k + 1;
      let z = constant;
      for (const { layer, W } of learned) z = inner.product(state(layer), W, { transposeB: true, plus: z });
      for (const m of added) z = inner.add(z, state(m));
      const slope =
        n === N ? lossSlope(inner, z) : inner.mul(inner.scalar(gammaOf(problem, n)), inner.sub(z, state(n)));
      if (n < N) add(n, inner.sub(inner.scalar(0), slope));
      const down = charge === undefined ? slope : inner.sub(slope, charge);
      for (const { layer, W } of learned) add(layer, inner.product(down, W));
      for (const m of added) add(m, down);
    }
    return gradients;
  };
}
