import type { Engine } from '../algebra/engine.ts';
import { type CompiledPass, compilePass, type Sums } from '../algebra/pass.ts';
import type { Chunks, Samples } from '../algebra/samples.ts';
import { squaredDistance, squaredNorm, type Tensor, vector } from '../algebra/tensor.ts';
import type { Communicator } from '../distributed/communicator.ts';
import type { LayerWeights } from '../models/network.ts';
import { objectiveTerms } from '../problem/objective.ts';
import type { Problem } from '../problem/problem.ts';
import type { Block } from './blocks/block.ts';
import { compileStationarity, type Stationarity } from './certify.ts';
import { derivedValues } from './derived.ts';
import type { InnerSolve } from './innerSolve.ts';
import { NotFinite } from './notFinite.ts';
import { objectiveMeter } from './objectiveMeter.ts';
import { leftSum, movementSum, normSum, roundsSum, schedule } from './schedule.ts';
import { weightSolver } from './weightSolver.ts';

/** P of the paper: all blocks, updated in place by a sweep. */
export interface State {
  readonly chunks: Chunks;
  /** `V0` (the data), `Y`, and `V1` … `VN`, `U1` … `UN`. */
  readonly samples: Record<string, Samples>;
  /** (W_1, b_1) … (W_N, b_N). */
  readonly weights: LayerWeights[];
}

/** What one sweep tells besides the new state. */
export interface SweepReport {
  /** Terms of the objective at the state in which the sweep began; of mini-batches, each at the state in which it was met. */
  readonly terms: Readonly<Record<string, number>>;
  /** ‖block^k − block^{k−1}‖² by block. */
  readonly movement: Readonly<Record<string, number>>;
  /** ‖block^k‖² by block, and ‖V_0‖² of the data. */
  readonly norms: Readonly<Record<string, number>>;
  /** How the blocks that an iteration solves were solved. */
  readonly inner?: Readonly<Record<string, InnerSolve>>;
  /** Samples of all processes. */
  readonly samples: number;
}

/** One sweep over the samples after the other, as the loop sees it. */
export interface Descent {
  /** (W_1, b_1) … (W_N, b_N) after the last sweep; each sweep replaces the entries. */
  readonly weights: LayerWeights[];
  /** @throws NotFinite, naming the block. */
  sweep(): Promise<SweepReport>;
  /** Terms of the objective at the present state. */
  measure(): Promise<Readonly<Record<string, number>>>;
}

/** The block coordinate descent of one problem, compiled for one engine. */
export interface BlockDescent extends Descent {
  readonly state: State;
  /** dist(0, ∂L)² at the present state, by block, and the size of the state. */
  stationarity(): Promise<Stationarity>;
}

export interface DescentSettings {
  readonly engine: Engine;
  readonly communicator: Communicator;
  readonly problem: Problem;
  /** In the order in which they are updated. */
  readonly blocks: readonly Block[];
  readonly state: State;
  /** Sweeps that are done, of a run that is resumed. */
  readonly done?: number;
  /** Told of what is worth a line in a log, such as a solve repeated in float64. */
  readonly log: (message: string) => void;
}

export async function blockDescent(settings: DescentSettings): Promise<BlockDescent> {
  const { engine, communicator, problem, blocks, state, log } = settings;
  const terms = objectiveTerms(problem);
  const steps = schedule(problem, blocks, terms);
  const passes = await Promise.all(steps.map(({ pass }) => compilePass(engine, pass)));
  const derived = new Map(steps.flatMap((step) => step.derived).map((matrix) => [matrix.name, matrix]));
  const derive = derivedValues(engine);
  const count = Float64Array.of(state.chunks.n);
  const dataNorm = Float64Array.of(
    state.samples.V0!.chunks.reduce((sum, chunk) => sum + squaredNorm(vector(chunk)), 0),
  );
  for (const values of [count, dataNorm]) await communicator.allReduceSum(values);
  const solveWeights = weightSolver({ engine, problem, run, count, log });
  const meter = objectiveMeter(engine, problem, terms, run);
  let sweeps = settings.done ?? 0;
  let stationarity: ReturnType<typeof compileStationarity> | undefined;

  /** A pass over all samples, here and in the other processes. */
  async function run(
    { pass, run: overChunks }: CompiledPass,
    given: Readonly<Record<string, Tensor>> = {},
  ): Promise<Sums> {
    const shared: Record<string, Tensor> = { ...given };
    for (const name of Object.keys(pass.expression.inputs))
      if (!pass.samples.includes(name) && !(name in given)) shared[name] = await sharedInput(name);
    const sums = await overChunks(state.chunks, state.samples, shared);
    for (const values of Object.values(sums)) await communicator.allReduceSum(values);
    return sums;
  }

  /** `W2`, `b2`, or a matrix derived from weights, such as `K2`. */
  async function sharedInput(name: string): Promise<Tensor> {
    const made = derived.get(name);
    if (made !== undefined) return derive(made, state.weights, sweeps);
    const { W, b } = state.weights[Number(name.slice(1)) - 1]!;
    return name.startsWith('W') ? W : b;
  }

  async function sweep(): Promise<SweepReport> {
    sweeps++;
    const values: Record<string, number> = {};
    const movement: Record<string, number> = {};
    const norms: Record<string, number> = { V0: dataNorm[0]! };
    const inner: Record<string, InnerSolve> = {};
    const moved = (block: string, distance: number, norm: number): void => {
      if (!Number.isFinite(norm)) throw new NotFinite(block);
      movement[block] = distance;
      norms[block] = norm;
    };
    for (const [s, step] of steps.entries()) {
      const sums = await run(passes[s]!);
      for (const term of step.measured) values[term.name] = await meter.termValue(term, sums, state.weights);
      for (const name of step.states) moved(name, sums[movementSum(name)]![0]!, sums[normSum(name)]![0]!);
      for (const name of step.joint)
        inner[name] = {
          rounds: sums[roundsSum(name)]![0]! / count[0]!,
          residual: Math.sqrt(sums[leftSum(name)]![0]!),
        };
      if (step.weights === undefined) continue;
      const { layer, name } = step.weights;
      const previous = state.weights[layer - 1]!;
      const next = await solveWeights(step.weights, sums, previous, sweeps);
      state.weights[layer - 1] = next;
      const distance = squaredDistance(next.W, previous.W) + squaredDistance(next.b, previous.b);
      moved(name, distance, squaredNorm(next.W) + squaredNorm(next.b));
    }
    const solved = Object.keys(inner).length > 0 ? { inner } : {};
    return { terms: values, movement, norms, ...solved, samples: count[0]! };
  }

  return {
    state,
    weights: state.weights,
    sweep,
    measure: () => meter.measure(state.weights),
    async stationarity() {
      stationarity ??= compileStationarity(engine, problem, run);
      return (await stationarity)(state.weights, count[0]!);
    },
  };
}
