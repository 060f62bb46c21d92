import type { Engine } from '../../src/algebra/engine.ts';
import { compilePass } from '../../src/algebra/pass.ts';
import { chunksOf, emptySamples, gather, viewSamples } from '../../src/algebra/samples.ts';
import { type Matrix, toPrecision } from '../../src/algebra/tensor.ts';
import { single } from '../../src/distributed/single.ts';
import { feasibleStates, feasibleWeights } from '../../src/models/feasible.ts';
import { forwardPass, namedWeights } from '../../src/models/forward.ts';
import { initialise } from '../../src/models/initialise.ts';
import type { Activation } from '../../src/problem/activation.ts';
import type { Loss } from '../../src/problem/loss.ts';
import type { Problem } from '../../src/problem/problem.ts';
import { isLifted, stateNames } from '../../src/problem/problem.ts';
import type { Block } from '../../src/splitting/blocks/block.ts';
import { type BlockDescent, blockDescent, type State } from '../../src/splitting/descent.ts';
import { blockMethods as methods } from '../../src/splitting/index.ts';
import type { BlockMethod, MethodSettings, OutputUpdate } from '../../src/splitting/method.ts';
import { draw } from '../oracle/draw.ts';
import {
  combinations,
  type ProblemOptions,
  problemOf,
  smallWidths,
  targetsOf,
} from '../problem/smallProblems.ts';

/** Settings with one α for each kind of block. */
export function withAlpha(
  { V, U, W }: { readonly V: number; readonly U: number; readonly W: number },
  outputUpdate: OutputUpdate = 'proximal',
): MethodSettings {
  return { alpha: { V: [V], U: [U], W: [W] }, outputUpdate };
}

export const ones: MethodSettings = withAlpha({ V: 1, U: 1, W: 1 });

export interface MethodCase {
  readonly name: string;
  readonly method: BlockMethod;
  readonly activation: Activation;
  readonly loss: Loss;
  /** With links round its hidden layers, which then have one width. */
  readonly residual: boolean;
}

const [anyActivation, anyLoss] = ['relu', 'squared'];

/** Every method, plain and residual, with every activation and with every loss that it accepts. */
export const methodCases: readonly MethodCase[] = methods.flatMap((method) =>
  [false, true].flatMap((residual) =>
    combinations
      .filter(({ activation, loss }) => activation.name === anyActivation || loss.name === anyLoss)
      .map((one) => ({
        ...one,
        name: `${method.name}${residual ? ' across residual links' : ''}, ${one.name}`,
        method,
        residual,
      }))
      .filter((one) => method.refuse(posed(one), ones) === undefined),
  ),
);

/** The problem of a case, in the formulation of its method. */
export function posed(
  { method, activation, loss, residual }: MethodCase,
  options: ProblemOptions = {},
): Problem {
  const widths = options.widths ?? smallWidths;
  const even = widths.map((width, i) => (i > 0 && i < widths.length - 1 ? widths[1]! : width));
  return problemOf(activation, loss, {
    ...options,
    formulation: method.formulation,
    ...(residual && { residual, widths: even }),
    ...(isLifted(method) && lifted(options, widths.length - 1)),
  });
}

/** Its states have no regularizer, and its last layer no coupling term. */
function lifted({ gamma = 1 }: ProblemOptions, N: number): ProblemOptions {
  const all = typeof gamma === 'number' ? new Array<number>(N).fill(gamma) : gamma;
  return { states: ['none', 0], gamma: all.with(N - 1, 1) };
}

/** The variables that a block updates; of weights, W. */
export function updatedBy(block: Block): readonly string[] {
  return block.kind === 'states' ? block.variables : [block.name];
}

export interface Start {
  readonly n?: number;
  /** At most so many samples a chunk. */
  readonly rows?: number;
  readonly seed?: number;
}

export function dataOf(problem: Problem, { n = 30, seed = 1 }: Start = {}): { X: Matrix; Y: Matrix } {
  const random = draw(seed);
  return {
    X: random.matrix(n, problem.widths[0]!),
    Y: targetsOf(problem.loss, n, problem.widths.at(-1)!, random),
  };
}

/** The state after a forward pass of random weights, where the paper's experiments begin. */
export async function forwardState(engine: Engine, problem: Problem, start: Start = {}): Promise<State> {
  const { n = 30, rows = 7, seed = 1 } = start;
  const { X, Y } = dataOf(problem, start);
  const { precision } = engine;
  const chunks = chunksOf(n, rows);
  const residual = problem.skips.includes(true);
  const network = { widths: problem.widths, activation: problem.activations[0]!.name, residual };
  const weights = await feasibleWeights(engine, problem, initialise(network, 'he', seed, precision));
  const states = stateNames(problem);
  const samples: State['samples'] = {
    V0: viewSamples(chunks, toPrecision(X, precision), precision),
    Y: viewSamples(chunks, toPrecision(Y, precision), precision),
  };
  for (const name of states)
    samples[name] = emptySamples(chunks, problem.widths[Number(name.slice(1))]!, precision);
  const pass = await compilePass(engine, forwardPass(network, states));
  await pass.run(chunks, samples, namedWeights(weights));
  const projection = feasibleStates(problem);
  if (projection !== undefined) await (await compilePass(engine, projection)).run(chunks, samples, {});
  return { chunks, samples, weights };
}

export async function descend(
  engine: Engine,
  problem: Problem,
  blocks: readonly Block[],
  state: State,
  log: (message: string) => void = () => {},
): Promise<BlockDescent> {
  return blockDescent({ engine, communicator: single, problem, blocks, state, log });
}

/** Values of all variables, data included, under the names that expressions use; copies. */
export function valuesOf(state: State): Record<string, { shape: readonly number[]; data: Float64Array }> {
  const tensors = {
    ...Object.fromEntries(Object.entries(state.samples).map(([name, samples]) => [name, gather(samples)])),
    ...namedWeights(state.weights),
  };
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }]) => [
      name,
      { shape, data: Float64Array.from(data) },
    ]),
  );
}

export function totalOf(terms: Readonly<Record<string, number>>): number {
  return Object.values(terms).reduce((sum, value) => sum + value, 0);
}
