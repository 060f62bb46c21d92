import type { Engine } from '../../src/algebra/engine.ts';
import { activations } from '../../src/problem/activations/index.ts';
import { losses } from '../../src/problem/losses/index.ts';
import type { Problem } from '../../src/problem/problem.ts';
import type { SweepRecord } from '../../src/solve/record.ts';
import { type Solution, type SolveSettings, solve } from '../../src/solve/solve.ts';
import type { BlockDescent, Descent } from '../../src/splitting/descent.ts';
import { blockMethods as methods } from '../../src/splitting/index.ts';
import type { BlockMethod } from '../../src/splitting/method.ts';
import { problemOf } from '../problem/smallProblems.ts';
import { descend, forwardState, ones, type Start } from '../splitting/cases.ts';

export const method: BlockMethod = methods.find(({ name }) => name === 'threeSplitting')!;

export function problemWith(activation: string, loss: string): Problem {
  return problemOf(
    activations.find(({ name }) => name === activation)!,
    losses.find(({ name }) => name === loss)!,
    { widths: [4, 5, 3, 2], gamma: [1, 0.5, 2], weights: ['squaredL2', 0.1], states: ['squaredL2', 0.05] },
  );
}

export const problem: Problem = problemWith('relu', 'squared');

/** A descent from the forward pass of random weights; the same seed begins at the same point. */
export async function start(
  engine: Engine,
  of: Problem = problem,
  options: Start = {},
): Promise<BlockDescent> {
  return descend(engine, of, method.blocks(of, ones), await forwardState(engine, of, options));
}

/** Settings of a run of five sweeps. */
export function settingsOf(engine: Engine, changes: Partial<SolveSettings> = {}): SolveSettings {
  const { precision } = engine;
  return { problem, method, updates: ones, precision, sweeps: 5, certify: false, ...changes };
}

/** Runs to the end; `watch` sees every record as it is yielded. */
export async function finish(
  descent: Descent,
  settings: SolveSettings,
  watch: (record: SweepRecord) => void = () => {},
): Promise<{ readonly yielded: readonly SweepRecord[]; readonly solution: Solution }> {
  const yielded: SweepRecord[] = [];
  const run = solve(descent, settings);
  let step = await run.next();
  for (; !step.done; step = await run.next()) {
    yielded.push(step.value);
    watch(step.value);
  }
  return { yielded, solution: step.value };
}

/** The numbers of all weights, to compare bit by bit. */
export function bitsOf({ weights }: Pick<Solution, 'weights'>): number[] {
  return weights.flatMap(({ W, b }) => [...W.data, ...b.data]);
}

/** The record without what no two runs share. */
export function timeless({ seconds: _, ...record }: SweepRecord): Omit<SweepRecord, 'seconds'> {
  return record;
}
