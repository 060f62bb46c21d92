import { type Engine, NotPositiveDefinite, type Program } from '../algebra/engine.ts';
import { type CompiledPass, compilePass, type Pass, type Sums } from '../algebra/pass.ts';
import type { Chunks, Samples } from '../algebra/samples.ts';
import { type Matrix, matrix, type Tensor, toPrecision } from '../algebra/tensor.ts';
import type { Communicator } from '../distributed/communicator.ts';
import type { LayerWeights } from '../models/network.ts';
import { type ObjectiveTerm, objectiveTerms } from '../problem/objective.ts';
import { isPerSample, type Problem, shapeOf } from '../problem/problem.ts';
import type { Block, Derived, KnownFactor, WeightBlock } from './blocks/block.ts';
import { type Distances, stationarity } from './certify.ts';
import { movementSum, normSum, schedule, termSum } from './schedule.ts';

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
  /** Terms of the objective at the state in which the sweep began. */
  readonly terms: Readonly<Record<string, number>>;
  /** ‖block^k − block^{k−1}‖² by block. */
  readonly movement: Readonly<Record<string, number>>;
  /** ‖block^k‖² by block. */
  readonly norms: Readonly<Record<string, number>>;
}

/** The block coordinate descent of one problem, compiled for one engine. */
export interface BlockDescent {
  readonly state: State;
  sweep(): Promise<SweepReport>;
  /** Terms of the objective at the present state. */
  measure(): Promise<Readonly<Record<string, number>>>;
  /** dist(0, ∂L)² at the present state, by block. */
  distances(): Promise<Distances>;
}

/** A number that is not finite appeared in a block. */
export class NotFinite extends Error {
  override readonly name = 'NotFinite';
  readonly block: string;
  constructor(block: string) {
    super(`a number that is not finite appeared in ${block}`);
    this.block = block;
  }
}

export interface DescentSettings {
  readonly engine: Engine;
  readonly communicator: Communicator;
  readonly problem: Problem;
  readonly blocks: readonly Block[];
  readonly state: State;
  /** Told of what is worth a line in a log, such as a solve repeated in float64. */
  readonly log: (message: string) => void;
}

export async function blockDescent(settings: DescentSettings): Promise<BlockDescent> {
  const { engine, communicator, problem, blocks, state, log } = settings;
  const terms = objectiveTerms(problem);
  const steps = schedule(problem, blocks, terms);
  const passes = await Promise.all(steps.map(({ pass }) => compilePass(engine, pass)));
  const derivation = derivedMatrices(engine);
  const known = new Map<string, KnownFactor>();
  const constantSums = new Map<string, Sums>();
  const count = Float64Array.of(state.chunks.n);
  await communicator.allReduceSum(count);
  let measuring: CompiledPass | undefined;

  async function run(pass: CompiledPass): Promise<Sums> {
    const sums = await pass.run(state.chunks, state.samples, await sharedOf(pass.pass));
    for (const values of Object.values(sums)) await communicator.allReduceSum(values);
    return sums;
  }

  async function sharedOf(pass: Pass): Promise<Record<string, Tensor>> {
    const shared: Record<string, Tensor> = {};
    for (const name of Object.keys(pass.expression.inputs)) {
      if (pass.samples.includes(name)) continue;
      const { W, b } = state.weights[Number(name.slice(1)) - 1]!;
      const step = steps.find(({ derived }) => derived.some((d) => d.name === name));
      if (name.startsWith('W')) shared[name] = W;
      else if (name.startsWith('b')) shared[name] = b;
      else shared[name] = await derivation(step!.derived.find((d) => d.name === name)!, W);
    }
    return shared;
  }

  async function sweep(): Promise<SweepReport> {
    const report = {
      terms: {} as Record<string, number>,
      movement: {} as Record<string, number>,
      norms: {} as Record<string, number>,
    };
    for (const [s, step] of steps.entries()) {
      const sums = await run(passes[s]!);
      for (const term of step.measured)
        report.terms[term.name] = sums[termSum(term.name)]?.[0] ?? (await weightTerm(term));
      for (const { name } of step.states) {
        report.movement[name] = sums[movementSum(name)]![0]!;
        report.norms[name] = sums[normSum(name)]![0]!;
        if (!Number.isFinite(report.norms[name])) throw new NotFinite(name);
      }
      if (step.weights === undefined) continue;
      const { layer, name } = step.weights;
      const previous = state.weights[layer - 1]!;
      const next = await solveWeights(step.weights, sums, previous);
      state.weights[layer - 1] = next;
      report.movement[name] = squaredDistance(next.W, previous.W) + squaredDistance(next.b, previous.b);
      report.norms[name] = squaredNorm(next.W) + squaredNorm(next.b);
      if (!Number.isFinite(report.norms[name])) throw new NotFinite(name);
    }
    return report;
  }

  /** The passes that repeat the sums of a block in float64, of the blocks that have needed one. */
  const repeats = new Map<string, CompiledPass>();
  async function solveWeights(block: WeightBlock, sums: Sums, previous: LayerWeights): Promise<LayerWeights> {
    if (!known.has(block.name)) known.set(block.name, {});
    const constant = block.constantSums;
    if (constant !== undefined && !constantSums.has(block.name))
      constantSums.set(block.name, await run(await sumsPass(block.name, constant, engine.precision)));
    const all = { ...constantSums.get(block.name), ...sums, count };
    const cache = constant === undefined ? {} : known.get(block.name)!;
    if (!Object.values(all).every((values) => values.every(Number.isFinite))) throw new NotFinite(block.name);
    try {
      return await block.solve(engine, all, previous, cache);
    } catch (error) {
      if (!(error instanceof NotPositiveDefinite) || engine.precision === 'float64') throw error;
      log(
        `The Gram matrix of ${block.name} is not positive definite in float32 (${error.message}): it is computed again in float64.`,
      );
      if (!repeats.has(block.name))
        repeats.set(block.name, await sumsPass(`${block.name} again`, block, 'float64'));
      const exact = await run(repeats.get(block.name)!);
      if (constant !== undefined)
        constantSums.set(block.name, await run(await sumsPass(`${block.name} again`, constant, 'float64')));
      return block.solve(engine, { ...constantSums.get(block.name), ...exact, count }, previous, cache);
    }
  }

  function sumsPass(
    name: string,
    { reads, sums }: Pick<WeightBlock, 'reads' | 'sums'>,
    precision: Engine['precision'],
  ): Promise<CompiledPass> {
    const pass: Pass = {
      samples: reads,
      updates: {},
      expression: { name: `sums of ${name}`, inputs: shapesOf(problem, reads), build: (o, x) => sums(o, x) },
    };
    return compilePass(engine, pass, precision);
  }

  async function measure(): Promise<Readonly<Record<string, number>>> {
    const sampled = terms.filter(({ variables }) => variables.some(isPerSample));
    const reads = [...new Set(sampled.flatMap(({ variables }) => variables))];
    measuring ??= await compilePass(engine, {
      samples: reads.filter(isPerSample),
      updates: {},
      expression: {
        name: 'objective',
        inputs: shapesOf(problem, reads),
        build: (o, x) => Object.fromEntries(sampled.map((term) => [termSum(term.name), term.value(o, x)])),
      },
    });
    const sums = await run(measuring);
    const entries = terms.map(
      async (term) => [term.name, sums[termSum(term.name)]?.[0] ?? (await weightTerm(term))] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }

  const weightPrograms = new Map<string, Program>();
  /** A term of weights alone; its rows are summed here. */
  async function weightTerm(term: ObjectiveTerm): Promise<number> {
    const inputs = shapesOf(problem, term.variables);
    if (!weightPrograms.has(term.name))
      weightPrograms.set(
        term.name,
        await engine.compile(
          { name: term.name, inputs, build: (o, x) => ({ rows: term.value(o, x) }) },
          'float64',
        ),
      );
    const { W } = state.weights[Number(term.variables[0]!.slice(1)) - 1]!;
    const rows = new Float64Array(W.shape[0]);
    await weightPrograms
      .get(term.name)!
      .run(
        { [term.variables[0]!]: toPrecision(W, 'float64') },
        { rows: { shape: [rows.length], data: rows } },
      );
    return rows.reduce((total, value) => total + value, 0);
  }

  let distancesOf: ReturnType<typeof stationarity> | undefined;
  async function distances(): Promise<Distances> {
    distancesOf ??= stationarity(engine, problem, run);
    return (await distancesOf)(state.weights);
  }

  return { state, sweep, measure, distances };
}

function shapesOf(problem: Problem, names: readonly string[]): Record<string, ReturnType<typeof shapeOf>> {
  return Object.fromEntries(names.map((name) => [name, shapeOf(problem, name)]));
}

/** Derived matrices, each computed again only when its weights have changed. */
function derivedMatrices(engine: Engine): (derived: Derived, w: Matrix) => Promise<Matrix> {
  const known = new Map<string, { readonly from: Matrix; readonly value: Matrix }>();
  const programs = new Map<string, Program>();
  return async (derived, w) => {
    const last = known.get(derived.name);
    if (last?.from === w) return last.value;
    if (!programs.has(derived.name))
      programs.set(derived.name, await engine.compile(derived.system, 'float64'));
    const wide = toPrecision(w, 'float64');
    const d = programs.get(derived.name)!.outputs.A![0] as number;
    const a = matrix(d, d, new Float64Array(d * d));
    await programs.get(derived.name)!.run({ W: wide }, { A: a });
    for (let i = 0; i < d; i++) a.data[i * d + i]! += derived.diagonal;
    const value = toPrecision(await derived.finish(await engine.factor(a), wide), engine.precision);
    known.set(derived.name, { from: w, value });
    return value;
  };
}

function squaredDistance(a: Tensor, b: Tensor): number {
  let total = 0;
  for (let i = 0; i < a.data.length; i++) total += (a.data[i]! - b.data[i]!) ** 2;
  return total;
}

function squaredNorm(a: Tensor): number {
  let total = 0;
  for (const x of a.data) total += x * x;
  return total;
}
