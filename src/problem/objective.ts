import { type Ops, scaled, squaredNorms } from '../algebra/ops.ts';
import { activationOf, depth, gammaOf, layers, type Problem } from './problem.ts';

/** Values of the variables of a problem by name: `V0` … `VN`, `U1` …, `W1` …, `b1` …, `Y`. */
export type Variables<T> = Readonly<Record<string, T>>;

/** One term of the lifted objective; its value is a vector, one number a sample (or a row of weights). */
export interface ObjectiveTerm {
  readonly name: string;
  /** The variables it depends on, besides the data. */
  readonly variables: readonly string[];
  value<T>(o: Ops<T>, x: Variables<T>): T;
}

/** W_i V_{i−1} + b_i for every sample. */
export function preactivation<T>(o: Ops<T>, x: Variables<T>, layer: number): T {
  const product = o.product(x[`V${layer - 1}`]!, x[`W${layer}`]!, {
    transposeB: true,
    plus: x[`b${layer}`]!,
  });
  return o.name(product, `W${layer} V${layer - 1} + b${layer}`);
}

/** U_i − (W_i V_{i−1} + b_i). */
export function linearGap<T>(o: Ops<T>, x: Variables<T>, layer: number): T {
  return o.name(o.sub(x[`U${layer}`]!, preactivation(o, x, layer)), `gap of U${layer}`);
}

/** σ_i(U_i). */
export function activated<T>(o: Ops<T>, x: Variables<T>, problem: Problem, layer: number): T {
  return activationOf(problem, layer).value(o, x[`U${layer}`]!);
}

/** V_i − σ_i(U_i). */
export function activationGap<T>(o: Ops<T>, x: Variables<T>, problem: Problem, layer: number): T {
  return o.name(o.sub(x[`V${layer}`]!, activated(o, x, problem, layer)), `gap of V${layer}`);
}

/**
 * The lifted objective of ZLLY (2.5) as named terms, in the sum form over samples:
 *   Σ_j ℓ(v_Nj; y_j) + Σ_i r(W_i) + Σ_i s(V_i) + Σ_i γ_i/2 [‖V_i − σ_i(U_i)‖² + ‖U_i − W_i V_{i−1} − b_i‖²].
 * This sum is what is printed, certified and minimised.
 */
export function objectiveTerms(problem: Problem): readonly ObjectiveTerm[] {
  const { loss, weightRegularizer: r, stateRegularizer: s } = problem;
  const N = depth(problem);
  const terms: ObjectiveTerm[] = [
    { name: 'loss', variables: [`V${N}`, 'Y'], value: (o, x) => loss.value(o, x[`V${N}`]!, x.Y!) },
  ];
  for (const i of layers(problem)) {
    const half = gammaOf(problem, i) / 2;
    const sigma = activationOf(problem, i).name;
    terms.push(
      {
        name: i === N ? `V${i} = U${i}` : `V${i} = ${sigma}(U${i})`,
        variables: [`V${i}`, `U${i}`],
        value: (o, x) => scaled(o, half, squaredNorms(o, activationGap(o, x, problem, i))),
      },
      {
        name: `U${i} = W${i} V${i - 1}`,
        variables: [`U${i}`, `W${i}`, `b${i}`, `V${i - 1}`],
        value: (o, x) => scaled(o, half, squaredNorms(o, linearGap(o, x, i))),
      },
    );
    if (r.weight > 0)
      terms.push({
        name: `r(W${i})`,
        variables: [`W${i}`],
        value: (o, x) => scaled(o, r.weight, r.term.value(o, x[`W${i}`]!)),
      });
    if (s.weight > 0 && i < N)
      terms.push({
        name: `s(V${i})`,
        variables: [`V${i}`],
        value: (o, x) => scaled(o, s.weight, s.term.value(o, x[`V${i}`]!)),
      });
  }
  return terms;
}
