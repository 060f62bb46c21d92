import type { Engine } from '../../src/algebra/engine.ts';
import { compilePass } from '../../src/algebra/pass.ts';
import { chunksOf, emptySamples, gather, viewSamples } from '../../src/algebra/samples.ts';
import { type Matrix, toPrecision } from '../../src/algebra/tensor.ts';
import { single } from '../../src/distributed/single.ts';
import { forwardPass, namedWeights } from '../../src/models/forward.ts';
import { initialise } from '../../src/models/initialise.ts';
import type { Problem } from '../../src/problem/problem.ts';
import { layers } from '../../src/problem/problem.ts';
import type { Block } from '../../src/splitting/blocks/block.ts';
import { type BlockDescent, blockDescent, type State } from '../../src/splitting/descent.ts';
import { methods } from '../../src/splitting/index.ts';
import type { Alpha, Method } from '../../src/splitting/method.ts';
import { draw } from '../oracle/draw.ts';
import { combinations, problemOf, targetsOf } from '../problem/smallProblems.ts';

/** Every method with every activation and loss that it accepts. */
export const methodCases: readonly ((typeof combinations)[number] & { readonly method: Method })[] =
  methods.flatMap((method) =>
    combinations
      .filter(({ activation, loss }) => method.refuse(problemOf(activation, loss)) === undefined)
      .map((combination) => ({ ...combination, name: `${method.name}, ${combination.name}`, method })),
  );

export const ones: Alpha = { V: 1, U: 1, W: 1 };

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
  const network = { widths: problem.widths, activation: problem.activations[0]!.name };
  const weights = initialise(network, 'he', seed, precision);
  const states = layers(problem).flatMap((i) => [`U${i}`, `V${i}`]);
  const samples: State['samples'] = {
    V0: viewSamples(chunks, toPrecision(X, precision), precision),
    Y: viewSamples(chunks, toPrecision(Y, precision), precision),
  };
  for (const name of states)
    samples[name] = emptySamples(chunks, problem.widths[Number(name.slice(1))]!, precision);
  const pass = await compilePass(engine, forwardPass(network, states));
  await pass.run(chunks, samples, namedWeights(weights));
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
