import { type Ops, scaled } from '../algebra/ops.ts';
import { weightParts } from './inputs.ts';
import { negativePart, type Variables } from './objective.ts';
import { depth, gammaOf, inputsOf, layers, type Problem } from './problem.ts';

/** A gradient by V_1 … V_{N−1}, at their values; undefined where nothing depends on a layer. May be used inside of an iteration. */
export type StateGradient<T> = (inner: Ops<T>, states: readonly T[]) => (T | undefined)[];

/** z_n = Σ_m W_{n,m} V_m + b_n as a map of the hidden states; what the data give to it is worked out once. */
interface LinearLayer<T> {
  at(inner: Ops<T>, states: readonly T[]): T;
  /** Adds what `slope`, the derivative by z_n, is as one by each hidden state. */
  pullBack(inner: Ops<T>, slope: T, gradient: (T | undefined)[]): void;
}

/**
 * The gradient of the couplings of ZB (4) by all hidden states of a sample at once. With e_n = V_n − z_n:
 *   ∂/∂V_i = γ_i e_i − Σ_{n < N} γ_n e_n W_{n,i},
 * where W_{n,i} = I for layers that are added as they are. As a quadratic form of the states it is that of Q(W̃) of (5), which is never formed.
 *
 * Fenchel-lifted it is the gradient, at M_n = min(0, z_n) of the states of `x`, of
 *   min over M_n ≤ 0 of Σ γ_n [½ ‖V_n + M_n − z_n‖² − ⟨V_n, M_n⟩]:
 * what goes down becomes e_n = V_n + M_n − z_n, and the own part of a layer stays γ_i (V_i − z_i). The form is the same Q(W̃).
 */
export function couplingGradient<T>(o: Ops<T>, problem: Problem, x: Variables<T>): StateGradient<T> {
  const hidden = layers(problem).filter((n) => n < depth(problem));
  const maps = hidden.map((n) => ({
    layer: linearLayer(o, problem, x, n),
    gamma: gammaOf(problem, n),
    ...(problem.formulation === 'fenchel-lifted' && {
      charge: scaled(o, gammaOf(problem, n), negativePart(o, x, problem, n)),
    }),
  }));
  return (inner, states) => {
    const gradient: (T | undefined)[] = [];
    for (const [k, { layer, gamma, charge }] of maps.entries()) {
      const own = inner.mul(inner.scalar(gamma), inner.sub(states[k]!, layer.at(inner, states)));
      addTo(inner, gradient, k, own);
      const down = charge === undefined ? own : inner.add(own, charge);
      layer.pullBack(inner, inner.sub(inner.scalar(0), down), gradient);
    }
    return gradient;
  };
}

/**
 * The gradient of ℓ(W_N V_{N−1} + b_N; y) by all hidden states of a sample at once, ∂ℓ/∂z_N W_{N,i}.
 * @param slope ∂ℓ/∂z_N at z_N.
 */
export function lossGradient<T>(
  o: Ops<T>,
  problem: Problem,
  x: Variables<T>,
  slope: (inner: Ops<T>, z: T) => T,
): StateGradient<T> {
  const layer = linearLayer(o, problem, x, depth(problem));
  return (inner, states) => {
    const gradient: (T | undefined)[] = [];
    layer.pullBack(inner, slope(inner, layer.at(inner, states)), gradient);
    return gradient;
  };
}

/** The sum of both: the gradient of the smooth part of the objective by V_1 … V_{N−1}, at their values. */
export function hiddenGradient<T>(
  o: Ops<T>,
  problem: Problem,
  x: Variables<T>,
  slope: (inner: Ops<T>, z: T) => T,
): (inner: Ops<T>, states: readonly T[]) => T[] {
  const [couplings, loss] = [couplingGradient(o, problem, x), lossGradient(o, problem, x, slope)];
  return (inner, states) => {
    const gradient = couplings(inner, states);
    for (const [k, part] of loss(inner, states).entries())
      if (part !== undefined) addTo(inner, gradient, k, part);
    return gradient as T[];
  };
}

/** Whether z_N depends on the states of each hidden layer. */
export function readByLoss(problem: Problem): readonly boolean[] {
  const N = depth(problem);
  const { learned, added } = inputsOf(problem, N);
  return layers(problem)
    .filter((i) => i < N)
    .map((i) => learned.includes(i) || added.includes(i));
}

function linearLayer<T>(o: Ops<T>, problem: Problem, x: Variables<T>, n: number): LinearLayer<T> {
  const inputs = inputsOf(problem, n);
  const parts = weightParts(o, x[`W${n}`]!, problem.widths, inputs);
  const all = parts.map(({ layer, columns }) => ({ layer, W: columns() }));
  const fromData = all.find(({ layer }) => layer === 0);
  const mapped = fromData
    ? o.product(x.V0!, fromData.W, { transposeB: true, plus: x[`b${n}`]! })
    : x[`b${n}`]!;
  const constant = inputs.added.includes(0) ? o.add(mapped, x.V0!) : mapped;
  const learned = all.filter(({ layer }) => layer > 0);
  const added = inputs.added.filter((m) => m > 0);
  return {
    at(inner, states) {
      let z = constant;
      for (const { layer, W } of learned)
        z = inner.product(states[layer - 1]!, W, { transposeB: true, plus: z });
      for (const m of added) z = inner.add(z, states[m - 1]!);
      return z;
    },
    pullBack(inner, slope, gradient) {
      for (const { layer, W } of learned) addTo(inner, gradient, layer - 1, inner.product(slope, W));
      for (const m of added) addTo(inner, gradient, m - 1, slope);
    },
  };
}

function addTo<T>(o: Ops<T>, gradient: (T | undefined)[], k: number, part: T): void {
  const before = gradient[k];
  gradient[k] = before === undefined ? part : o.add(before, part);
}
