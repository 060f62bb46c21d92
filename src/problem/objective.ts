import { type Ops, scaled, squaredNorms } from '../algebra/ops.ts';
import { describeInputs, linearMap } from './inputs.ts';
import {
  activationOf,
  depth,
  gammaOf,
  hasSkip,
  inputsOf,
  isLifted,
  layers,
  type Problem,
  weightRegularizerOf,
} from './problem.ts';

/** Values of the variables of a problem by name: `V0` … `VN`, `U1` …, `W1` …, `b1` …, `Y`. */
export type Variables<T> = Readonly<Record<string, T>>;

/** One term of the lifted objective; its value is a vector, one number a sample (or a row of weights). */
export interface ObjectiveTerm {
  readonly name: string;
  /** The variables it depends on, besides the data. */
  readonly variables: readonly string[];
  value<T>(o: Ops<T>, x: Variables<T>): T;
}

/** W_i V_{i−1} + b_i for every sample, or the map of what else the layer is given. */
export function preactivation<T>(o: Ops<T>, x: Variables<T>, problem: Problem, layer: number): T {
  const inputs = inputsOf(problem, layer);
  return o.name(linearMap(o, x, inputs, layer), `${describeInputs(inputs, layer)} + b${layer}`);
}

/**
 * The variable that W_i V_{i−1} + b_i shall be: U_i in the three-splitting; V_i in the lifted formulations, and in the two-splitting
 * where σ_i is the identity.
 */
export function linearTarget(problem: Problem, layer: number): string {
  return problem.formulation === 'three-splitting' ? `U${layer}` : `V${layer}`;
}

/** The variables that `preactivation` reads. */
export function preactivationVariables(problem: Problem, layer: number): string[] {
  const { learned, added } = inputsOf(problem, layer);
  return [`W${layer}`, `b${layer}`, ...new Set([...learned, ...added].map((m) => `V${m}`))];
}

/** U_i − (W_i V_{i−1} + b_i), of the three-splitting. */
export function linearGap<T>(o: Ops<T>, x: Variables<T>, problem: Problem, layer: number): T {
  return o.name(o.sub(x[`U${layer}`]!, preactivation(o, x, problem, layer)), `gap of U${layer}`);
}

/** What σ_i is applied to: U_i in the three-splitting, W_i V_{i−1} + b_i in the two-splitting. */
export function argument<T>(o: Ops<T>, x: Variables<T>, problem: Problem, layer: number): T {
  return problem.formulation === 'three-splitting' ? x[`U${layer}`]! : preactivation(o, x, problem, layer);
}

/** σ_i at its argument; where σ_i is lifted to a constraint, the argument. */
export function activated<T>(o: Ops<T>, x: Variables<T>, problem: Problem, layer: number): T {
  const at = argument(o, x, problem, layer);
  return problem.formulation === 'lifted' ? at : activationOf(problem, layer).value(o, at);
}

/** The variables that the loss depends on, besides the data. */
function lossVariables(problem: Problem): string[] {
  const N = depth(problem);
  return isLifted(problem) ? preactivationVariables(problem, N) : [`V${N}`];
}

/** What the loss is applied to: V_N, or W_N V_{N−1} + b_N where that is no variable of its own. */
export function outputs<T>(o: Ops<T>, x: Variables<T>, problem: Problem): T {
  const N = depth(problem);
  return isLifted(problem) ? preactivation(o, x, problem, N) : x[`V${N}`]!;
}

/** What σ_i shall be: V_i, or V_i − V_{i−1} across a residual link. */
export function activationTarget<T>(o: Ops<T>, x: Variables<T>, problem: Problem, layer: number): T {
  const V = x[`V${layer}`]!;
  return hasSkip(problem, layer) ? o.name(o.sub(V, x[`V${layer - 1}`]!), `residual of V${layer}`) : V;
}

/** What V_i shall be: σ_i, or V_{i−1} + σ_i across a residual link. */
export function stateTarget<T>(o: Ops<T>, x: Variables<T>, problem: Problem, layer: number): T {
  const sigma = activated(o, x, problem, layer);
  return hasSkip(problem, layer) ? o.add(x[`V${layer - 1}`]!, sigma) : sigma;
}

/** The variables with V_1 … V_N of a forward pass, at which all couplings of the two-splitting are 0. */
export function forwardStates<T>(o: Ops<T>, problem: Problem, x: Variables<T>): Record<string, T> {
  const values: Record<string, T> = { ...x };
  for (const i of layers(problem)) values[`V${i}`] = stateTarget(o, values, problem, i);
  return values;
}

/** V_i − stateTarget. */
export function activationGap<T>(o: Ops<T>, x: Variables<T>, problem: Problem, layer: number): T {
  return o.name(o.sub(x[`V${layer}`]!, stateTarget(o, x, problem, layer)), `gap of V${layer}`);
}

/** The variables that `activationGap` reads. */
export function activationVariables(problem: Problem, layer: number): string[] {
  if (problem.formulation !== 'three-splitting')
    return [`V${layer}`, ...preactivationVariables(problem, layer)];
  return [`V${layer}`, `U${layer}`, ...(hasSkip(problem, layer) ? [`V${layer - 1}`] : [])];
}

/**
 * The lifted objective as named terms, in the sum form over samples: of ZLLY (2.5), (3.4) across residual links,
 *   Σ_j ℓ(v_Nj; y_j) + Σ_i r(W_i) + Σ_i s(V_i) + Σ_i γ_i/2 [‖V_i − [V_{i−1}] − σ_i(U_i)‖² + ‖U_i − W_i V_{i−1} − b_i‖²],
 * or of (2.3) with γ_i/2 ‖V_i − σ_i(W_i V_{i−1} + b_i)‖² for the two couplings, or of ZB (4),
 *   Σ_j ℓ(W_N v_{N−1,j} + b_N; y_j) + Σ_{i<N} r(W_i) + Σ_{i<N} γ_i/2 ‖V_i − W_i V_{i−1} − b_i‖²,   V_i ≥ 0,
 * or of the Fenchel-lifted network, (4) less Σ_{i<N} γ_i/2 ‖min(0, W_i V_{i−1} + b_i)‖².
 * This sum is what is printed, certified and minimised.
 */
export function objectiveTerms(problem: Problem): readonly ObjectiveTerm[] {
  const { loss, stateRegularizer: s } = problem;
  const N = depth(problem);
  const terms: ObjectiveTerm[] = [
    {
      name: 'loss',
      variables: [...lossVariables(problem), 'Y'],
      value: (o, x) => loss.value(o, outputs(o, x, problem), x.Y!),
    },
  ];
  for (const i of layers(problem)) {
    if (i === N && isLifted(problem)) break;
    const half = gammaOf(problem, i) / 2;
    const r = weightRegularizerOf(problem, i);
    terms.push({
      name: activationCoupling(problem, i),
      variables: activationVariables(problem, i),
      value: (o, x) => scaled(o, half, couplingOf(o, x, problem, i)),
    });
    if (problem.formulation === 'three-splitting')
      terms.push({
        name: `U${i} = ${describeInputs(inputsOf(problem, i), i)}`,
        variables: [`U${i}`, ...preactivationVariables(problem, i)],
        value: (o, x) => scaled(o, half, squaredNorms(o, linearGap(o, x, problem, i))),
      });
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

/**
 * ‖V_i − stateTarget‖² of each sample; Fenchel-lifted ‖V − z‖² − ‖min(0, z)‖² = ‖V − relu(z)‖² − 2 ⟨V, min(0, z)⟩, which is 0 at
 * V = relu(z) and above it elsewhere, V ≥ 0 (Gu, Askari and El Ghaoui 2020).
 */
function couplingOf<T>(o: Ops<T>, x: Variables<T>, problem: Problem, layer: number): T {
  const squares = squaredNorms(o, activationGap(o, x, problem, layer));
  if (problem.formulation !== 'fenchel-lifted') return squares;
  const crossed = o.sum(o.mul(x[`V${layer}`]!, negativePart(o, x, problem, layer)), 1);
  return o.sub(squares, scaled(o, 2, crossed));
}

/** min(0, W_i V_{i−1} + b_i). */
export function negativePart<T>(o: Ops<T>, x: Variables<T>, problem: Problem, layer: number): T {
  return o.min(o.scalar(0), preactivation(o, x, problem, layer));
}

/** `V2 = relu(U2)`, `V3 = V2 + tanh(U3)`, `V2 = relu(W2 V1)`. */
function activationCoupling(problem: Problem, layer: number): string {
  const inner =
    problem.formulation === 'three-splitting' ? `U${layer}` : describeInputs(inputsOf(problem, layer), layer);
  const sigma =
    layer === depth(problem) || problem.formulation === 'lifted'
      ? inner
      : `${activationOf(problem, layer).name}(${inner})`;
  return `V${layer} = ${hasSkip(problem, layer) ? `V${layer - 1} + ` : ''}${sigma}`;
}
