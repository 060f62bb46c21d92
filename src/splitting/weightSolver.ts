import { type Engine, type Expression, NotPositiveDefinite } from '../algebra/engine.ts';
import { type CompiledPass, compilePass, type Sums } from '../algebra/pass.ts';
import type { Floats, Precision, Tensor } from '../algebra/tensor.ts';
import type { LayerWeights } from '../models/network.ts';
import { isPerSample, type Problem, shapeOf, shapesOf } from '../problem/problem.ts';
import type { Known, WeightBlock } from './blocks/block.ts';
import { towards } from './blocks/towards.ts';
import { NotFinite } from './notFinite.ts';

/** Minimises one weight block, given the sums that a pass took for it. */
export type WeightSolver = (
  block: WeightBlock,
  sums: Sums,
  previous: LayerWeights,
  sweep: number,
) => Promise<LayerWeights>;

/**
 * Adds to the sums of a block those that never change, and takes all of them again in float64 where float32 products have made
 * the system indefinite.
 */
export function weightSolver(settings: {
  readonly engine: Engine;
  readonly problem: Problem;
  /** Runs a pass over all samples of all processes. */
  readonly run: (pass: CompiledPass, shared?: Readonly<Record<string, Tensor>>) => Promise<Sums>;
  /** Number of samples of all processes, in an array of one. */
  readonly count: Float64Array;
  readonly log: (message: string) => void;
}): WeightSolver {
  const { engine, problem, run, count, log } = settings;
  const constantSums = new Map<string, Sums>();
  const memory = new Map<string, Known>();
  const repeats = new Map<string, CompiledPass>();

  function compile(
    name: string,
    { reads, sums }: Pick<WeightBlock, 'reads' | 'sums'>,
    precision: Precision,
  ): Promise<CompiledPass> {
    const expression = { name, inputs: shapesOf(problem, reads), build: sums };
    return compilePass(engine, { samples: reads.filter(isPerSample), updates: {}, expression }, precision);
  }

  async function constantsOf(
    { name, constantSums: constant }: WeightBlock,
    precision: Precision,
  ): Promise<Sums> {
    if (constant === undefined) return {};
    const pass = await compile(`constant sums of ${name}`, constant, precision);
    const sums = await run(pass);
    await pass.dispose();
    return sums;
  }

  const searches = new Map<string, CompiledPass>();

  return async (block, sums, previous, sweep) => {
    const goal = await minimise(block, sums, previous, sweep);
    if (block.search === undefined) return goal;
    const pass = searches.get(block.name) ?? (await compileSearch(block, block.search));
    searches.set(block.name, pass);
    const changes = await run(pass, { [`next W${block.layer}`]: goal.W, [`next b${block.layer}`]: goal.b });
    return bestSteps(engine, block.search, changes, previous, goal);
  };

  function compileSearch({ name, layer }: WeightBlock, search: Search): Promise<CompiledPass> {
    const { reads, steps, change } = search;
    const [W, b] = [`W${layer}`, `b${layer}`];
    const expression: Expression = {
      name: `search of ${name}`,
      inputs: {
        ...shapesOf(problem, reads),
        [`next ${W}`]: shapeOf(problem, W),
        [`next ${b}`]: shapeOf(problem, b),
      },
      build: (o, x) => Object.fromEntries(steps.map((t) => [`at ${t}`, change(o, x, t)])),
    };
    return compilePass(engine, { samples: reads.filter(isPerSample), updates: {}, expression });
  }

  async function minimise(
    block: WeightBlock,
    sums: Sums,
    previous: LayerWeights,
    sweep: number,
  ): Promise<LayerWeights> {
    const { name } = block;
    if (!constantSums.has(name)) constantSums.set(name, await constantsOf(block, engine.precision));
    const all = { ...constantSums.get(name), ...sums, count };
    if (!Object.values(all).every(allFinite)) throw new NotFinite(name);
    const known = memory.get(name) ?? { log };
    // Where the Gram matrix is another one in each sweep its factor would only take up memory.
    if (block.constantSums !== undefined) memory.set(name, known);
    try {
      return await block.solve(engine, all, previous, known, sweep);
    } catch (error) {
      if (!(error instanceof NotPositiveDefinite) || engine.precision === 'float64') throw error;
      log(
        `The Gram matrix of ${name} is not positive definite in float32 (${error.message}): it is computed again in float64.`,
      );
      const repeat = repeats.get(name) ?? (await compile(`sums of ${name} in float64`, block, 'float64'));
      repeats.set(name, repeat);
      known.inverses?.clear();
      constantSums.set(name, await constantsOf(block, 'float64'));
      return block.solve(
        engine,
        { ...constantSums.get(name), ...(await run(repeat)), count },
        previous,
        known,
        sweep,
      );
    }
  }
}

type Search = NonNullable<WeightBlock['search']>;

/** For each unit, previous + t (goal − previous) with the t that lowers its objective most; t = 0 where none does. */
async function bestSteps(
  engine: Engine,
  { steps, rest }: Search,
  changes: Sums,
  previous: LayerWeights,
  goal: LayerWeights,
): Promise<LayerWeights> {
  const units = previous.b.shape[0]!;
  const base = await rest(engine, previous, previous);
  const lowest = new Float64Array(units);
  const best = new Float64Array(units);
  for (const t of steps) {
    const tried = await rest(engine, towards(previous, goal, new Float64Array(units).fill(t)), previous);
    for (let k = 0; k < units; k++) {
      const change = changes[`at ${t}`]![k]! + tried[k]! - base[k]!;
      if (change < lowest[k]!) {
        lowest[k] = change;
        best[k] = t;
      }
    }
  }
  return towards(previous, goal, best);
}

function allFinite(values: Floats): boolean {
  let zero = 0;
  for (let i = 0; i < values.length; i++) zero += values[i]! * 0;
  return zero === 0;
}
