import type { Shape } from '../algebra/engine.ts';
import type { Activation } from './activation.ts';
import { fanIn, isChained, type LayerInputs } from './inputs.ts';
import type { Loss } from './loss.ts';
import type { Regularizer } from './regularizer.ts';

/** A regularizer and its weight λ ≥ 0. */
export interface Weighted {
  readonly term: Regularizer;
  readonly weight: number;
}

/**
 * Which constraints of the network become coupling terms (ZLLY 2.1): V_i = σ_i(U_i) and U_i = W_i V_{i−1} + b_i in the
 * three-splitting (2.5), V_i = σ_i(W_i V_{i−1} + b_i) in the two-splitting (2.3). In the lifted one (ZB (4)) the relu is a constraint,
 * V_i ≥ 0 and V_i = W_i V_{i−1} + b_i for i < N, and the loss takes W_N V_{N−1} + b_N as it is. The Fenchel-lifted one
 * (Gu, Askari and El Ghaoui 2020) is that without the charge on preactivations that are negative, so that V_i = relu costs nothing.
 */
export type Formulation = 'three-splitting' | 'two-splitting' | 'lifted' | 'fenchel-lifted';

/** Whether the relu is a constraint V_i ≥ 0, i < N, and the last layer has no state. */
export function isLifted({ formulation }: { readonly formulation: Formulation }): boolean {
  return formulation === 'lifted' || formulation === 'fenchel-lifted';
}

/** What is minimised: ZLLY (2.3), (2.5) or (3.4), with samples as rows. Layers are counted from 1 to N. */
export interface Problem {
  readonly formulation: Formulation;
  /** d_0 … d_N. */
  readonly widths: readonly number[];
  /** σ_1 … σ_N; σ_N is the identity. */
  readonly activations: readonly Activation[];
  /** Whether layer i adds its input, V_i = V_{i−1} + σ_i(U_i) (ZLLY (3.3)); d_i = d_{i−1} where it does. */
  readonly skips: readonly boolean[];
  /** What layers 1 to N are given: the one below it alone, or as in ZB (1). */
  readonly inputs: readonly LayerInputs[];
  readonly loss: Loss;
  /** γ_1 … γ_N > 0: the weight of the coupling terms of a layer; in the lifted formulations γ_N = 1, that of the loss. */
  readonly gamma: readonly number[];
  /** r, on every W, see `weightRegularizerOf`. */
  readonly weightRegularizer: Weighted;
  /** Whether W_N, the classifier, is left without r; in the lifted formulations it always is. */
  readonly sparesOutput?: boolean;
  /** Whether weights that are 0 stay so: each W is then a point of the subspace of those that have its zeros. */
  readonly keepsZeros?: boolean;
  /** s, on every V of a hidden layer. */
  readonly stateRegularizer: Weighted;
}

/** Whether the term is κ/2 ‖x‖², κ ≥ 0, and joins a least-squares block exactly. */
export function isQuadratic({ term, weight }: Weighted): boolean {
  return weight === 0 || term.properties.curvature !== undefined;
}

/** κ of a quadratic term with its weight, 0 of others. */
export function curvatureOf({ term, weight }: Weighted): number {
  return weight * (term.properties.curvature ?? 0);
}

export function depth(problem: Problem): number {
  return problem.widths.length - 1;
}

/** Layers from first to last: 1 … N. */
export function layers(problem: Problem): number[] {
  return Array.from({ length: depth(problem) }, (_, i) => i + 1);
}

/** σ_i. */
export function activationOf(problem: Problem, layer: number): Activation {
  return problem.activations[layer - 1]!;
}

/** Whether V_{i−1} is added to σ_i. */
export function hasSkip(problem: Problem, layer: number): boolean {
  return problem.skips[layer - 1]!;
}

/** What layer i is given. */
export function inputsOf(problem: Problem, layer: number): LayerInputs {
  return problem.inputs[layer - 1]!;
}

/** Whether every layer is given the one below it and nothing else. */
export function isChain(problem: Problem): boolean {
  return problem.inputs.every((inputs, i) => isChained(inputs, i + 1));
}

/** The state variables: `U1`, `V1`, … or `V1`, … */
export function stateNames(problem: Pick<Problem, 'formulation' | 'widths'>): string[] {
  const { formulation, widths } = problem;
  const kinds = formulation === 'three-splitting' ? ['U', 'V'] : ['V'];
  const split = isLifted(problem) ? widths.slice(1, -1) : widths.slice(1);
  return split.flatMap((_, i) => kinds.map((kind) => `${kind}${i + 1}`));
}

/** r of a layer. */
export function weightRegularizerOf(problem: Problem, layer: number): Weighted {
  const { weightRegularizer, sparesOutput = isLifted(problem) } = problem;
  return sparesOutput && layer === depth(problem) ? { ...weightRegularizer, weight: 0 } : weightRegularizer;
}

/** `W1`, `b1`, `W2`, … */
export function weightNames(problem: Problem): string[] {
  return layers(problem).flatMap((i) => [`W${i}`, `b${i}`]);
}

/** γ_i. */
export function gammaOf(problem: Problem, layer: number): number {
  return problem.gamma[layer - 1]!;
}

/** Shape of a variable by its name: `V2`, `U2` and `Y` per sample, `W2` and `b2` shared. */
export function shapeOf(problem: Problem, variable: string): Shape {
  if (variable === 'Y') return ['n', problem.widths.at(-1)!];
  const layer = Number(variable.slice(1));
  const here = problem.widths[layer]!;
  switch (variable[0]) {
    case 'V':
    case 'U':
      return ['n', here];
    case 'W':
      return [here, fanIn(problem.widths, inputsOf(problem, layer))];
    case 'b':
      return [here];
    default:
      throw new RangeError(`no variable is called ${variable}`);
  }
}

export function shapesOf(problem: Problem, variables: readonly string[]): Record<string, Shape> {
  return Object.fromEntries(variables.map((name) => [name, shapeOf(problem, name)]));
}

export function isPerSample(variable: string): boolean {
  return /^[VUY]/.test(variable);
}
