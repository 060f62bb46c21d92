import { type Engine, NotPositiveDefinite } from '../algebra/engine.ts';
import { type CompiledPass, compilePass, type Sums } from '../algebra/pass.ts';
import type { Floats, Precision } from '../algebra/tensor.ts';
import type { LayerWeights } from '../models/network.ts';
import { type Problem, shapesOf } from '../problem/problem.ts';
import type { KnownFactor, WeightBlock } from './blocks/block.ts';
import { NotFinite } from './notFinite.ts';

/** Minimises one weight block, given the sums that a pass took for it. */
export type WeightSolver = (block: WeightBlock, sums: Sums, previous: LayerWeights) => Promise<LayerWeights>;

/**
 * Adds to the sums of a block those that never change, and takes all of them again in float64 where float32 products have made
 * the system indefinite.
 */
export function weightSolver(settings: {
  readonly engine: Engine;
  readonly problem: Problem;
  /** Runs a pass over all samples of all processes. */
  readonly run: (pass: CompiledPass) => Promise<Sums>;
  /** Number of samples of all processes, in an array of one. */
  readonly count: Float64Array;
  readonly log: (message: string) => void;
}): WeightSolver {
  const { engine, problem, run, count, log } = settings;
  const constantSums = new Map<string, Sums>();
  const factors = new Map<string, KnownFactor>();
  const repeats = new Map<string, CompiledPass>();

  function compile(
    name: string,
    { reads, sums }: Pick<WeightBlock, 'reads' | 'sums'>,
    precision: Precision,
  ): Promise<CompiledPass> {
    const expression = { name, inputs: shapesOf(problem, reads), build: sums };
    return compilePass(engine, { samples: reads, updates: {}, expression }, precision);
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

  return async (block, sums, previous) => {
    const { name } = block;
    if (!constantSums.has(name)) constantSums.set(name, await constantsOf(block, engine.precision));
    const all = { ...constantSums.get(name), ...sums, count };
    if (!Object.values(all).every(allFinite)) throw new NotFinite(name);
    const known = block.constantSums === undefined ? {} : (factors.get(name) ?? {});
    factors.set(name, known);
    try {
      return await block.solve(engine, all, previous, known);
    } catch (error) {
      if (!(error instanceof NotPositiveDefinite) || engine.precision === 'float64') throw error;
      log(
        `The Gram matrix of ${name} is not positive definite in float32 (${error.message}): it is computed again in float64.`,
      );
      const repeat = repeats.get(name) ?? (await compile(`sums of ${name} in float64`, block, 'float64'));
      repeats.set(name, repeat);
      constantSums.set(name, await constantsOf(block, 'float64'));
      return block.solve(
        engine,
        { ...constantSums.get(name), ...(await run(repeat)), count },
        previous,
        known,
      );
    }
  };
}

function allFinite(values: Floats): boolean {
  let zero = 0;
  for (let i = 0; i < values.length; i++) zero += values[i]! * 0;
  return zero === 0;
}
