import { concrete } from '../../src/algebra/engine.ts';
import type { Matrix, Tensor } from '../../src/algebra/tensor.ts';
import type { Activation } from '../../src/problem/activation.ts';
import { activations } from '../../src/problem/activations/index.ts';
import { chained, type LayerInputs } from '../../src/problem/inputs.ts';
import type { Loss } from '../../src/problem/loss.ts';
import { losses } from '../../src/problem/losses/index.ts';
import { type Formulation, layers, type Problem, shapeOf, stateNames } from '../../src/problem/problem.ts';
import { regularizers } from '../../src/problem/regularizers/index.ts';
import { type Draw, draw } from '../oracle/draw.ts';

/** Every activation with every loss. */
export const combinations: readonly { name: string; activation: Activation; loss: Loss }[] =
  activations.flatMap((activation) =>
    losses.map((loss) => ({ name: `${activation.name}, ${loss.name}`, activation, loss })),
  );

export interface ProblemOptions {
  readonly formulation?: Formulation;
  /** Links round all hidden layers whose input has their width. */
  readonly residual?: boolean;
  readonly widths?: readonly number[];
  /** What each layer is given, where that is not the layer below it. */
  readonly inputs?: readonly LayerInputs[];
  /** One for all layers, or one each. */
  readonly gamma?: number | readonly number[];
  /** Name and weight of r and of s. */
  readonly weights?: readonly [regularizer: string, weight: number];
  readonly states?: readonly [regularizer: string, weight: number];
}

/** Narrow layers above wide ones and the other way round. */
export const smallWidths: readonly number[] = [5, 4, 6, 2];

/** Of four layers of the widths 4, 4, 3, 4 and any: layers that are given several others, learned and as they are. */
export const branching: readonly LayerInputs[] = [
  { learned: [0], added: [0] },
  { learned: [1, 0], added: [] },
  { learned: [2], added: [1, 0] },
  { learned: [1, 3], added: [] },
];

/** The three objectives of ZLLY: (2.5), (3.4) and (2.3). */
export const objectives: readonly { readonly name: string; readonly options: ProblemOptions }[] = [
  { name: 'three-splitting', options: {} },
  { name: 'three-splitting across residual links', options: { residual: true, widths: [5, 4, 4, 4, 2] } },
  { name: 'two-splitting', options: { formulation: 'two-splitting' } },
];

export function problemOf(activation: Activation, loss: Loss, options: ProblemOptions = {}): Problem {
  const { widths = smallWidths, gamma = 1, weights = ['none', 0], states = ['none', 0] } = options;
  const { formulation = 'three-splitting', residual = false, inputs } = options;
  const N = widths.length - 1;
  const identity = activations.find(({ name }) => name === 'identity')!;
  const term = ([name, weight]: readonly [string, number]): Problem['weightRegularizer'] => ({
    term: regularizers.find((regularizer) => regularizer.name === name)!,
    weight,
  });
  return {
    formulation,
    skips: widths.slice(1).map((width, i) => residual && i > 0 && i < N - 1 && widths[i] === width),
    widths,
    inputs: inputs ?? widths.slice(1).map((_, i) => chained(i + 1)),
    activations: Array.from({ length: N }, (_, i) => (i === N - 1 ? identity : activation)),
    loss,
    gamma: typeof gamma === 'number' ? new Array(N).fill(gamma) : gamma,
    weightRegularizer: term(weights),
    stateRegularizer: term(states),
  };
}

/** Targets in the coding of the loss, one class a row. */
export function targetsOf(loss: Loss, n: number, classes: number, random: Draw): Matrix {
  const off = loss.coding === '0/1' ? 0 : -1;
  const data = new Float64Array(n * classes).fill(off);
  for (let i = 0; i < n; i++) data[i * classes + Math.floor(random.uniform(0, classes))] = 1;
  return { shape: [n, classes], data };
}

/** Unrelated random values for all variables; some lie exactly on corners of activations (0) and losses (V_N = Y). */
export function randomVariables(problem: Problem, n: number, seed: number): Record<string, Tensor> {
  const random = draw(seed);
  const N = problem.widths.length - 1;
  const Y = targetsOf(problem.loss, n, problem.widths[N]!, random);
  const names = ['V0', ...stateNames(problem), ...layers(problem).flatMap((i) => [`W${i}`, `b${i}`])];
  const values = Object.fromEntries(
    names.map((name): [string, Tensor] => [name, random.tensor(concrete(shapeOf(problem, name), n))]),
  );
  for (const name of stateNames(problem).filter((state) => state.startsWith('U')))
    for (let k = 0; k < n; k += 3) values[name]!.data[k] = 0;
  for (let k = 0; k < n; k += 3) values[`V${N}`]!.data[k] = Y.data[k]!;
  return { ...values, Y };
}
