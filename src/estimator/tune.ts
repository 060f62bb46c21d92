import type { DataSource } from '../data/dataset.ts';
import type { Interruption } from '../solve/status.ts';
import type { Config } from './config.ts';
import { type FreshSurroundings, prepareTraining } from './training.ts';

/** What the usual learning rate is multiplied by. */
export const rateFactors: readonly number[] = [0.1, 0.3, 1, 3, 10];
/** Share of the training samples that candidates are compared on. */
export const tuningShare = 0.1;

/** One setting of a solver, and how well it does. */
export interface Candidate {
  readonly config: Config;
  /** Validation score after the last sweep; −∞ where the run did not stay finite. */
  readonly score: number;
}

/**
 * Finds the settings of a solver with a learning rate η₀, one after the other, each by the validation score at the end of a run of
 * half the sweeps: η among η₀ times 0.1, 0.3, 1, 3 and 10; then whether batches of twice the size do better. The schedule of the
 * rate stays as it is. Yields every candidate, and returns the best, the first of equals.
 */
export async function* tune(
  start: Config,
  source: DataSource,
  fresh: FreshSurroundings,
  signal?: Interruption,
): AsyncGenerator<Candidate, Config> {
  const usual = start.rate!;
  const data = { name: source.name, train: source.train };
  let best: Candidate | undefined;
  async function* tryAll(changes: readonly Partial<Config>[]): AsyncGenerator<Candidate, void> {
    const from = best?.config ?? start;
    for (const change of changes) {
      if (signal?.aborted) return;
      const config = { ...from, ...change };
      const candidate = { config, score: await validationScore(config, data, fresh, signal) };
      if (best === undefined || candidate.score > best.score) best = candidate;
      yield candidate;
    }
  }
  yield* tryAll(rateFactors.map((factor) => ({ rate: rounded(usual * factor) })));
  yield* tryAll([{ batch: 2 * start.batch! }]);
  return best?.config ?? start;
}

/** 0.30000000000000004 is nobody's learning rate. */
function rounded(rate: number): number {
  return Number(rate.toPrecision(6));
}

async function validationScore(
  config: Config,
  data: DataSource,
  fresh: FreshSurroundings,
  signal: Interruption | undefined,
): Promise<number> {
  const sweeps = Math.ceil(config.sweeps / 2);
  const tuned = { ...config, sweeps, validation: tuningShare, scoreEvery: sweeps };
  const surroundings = fresh();
  const training = await prepareTraining(tuned, data, surroundings);
  const run = training.solve(signal ? { signal } : {});
  let step = await run.next();
  while (!step.done) step = await run.next();
  await surroundings.engine.dispose();
  const { status, records } = step.value;
  return status.name === 'not finite'
    ? Number.NEGATIVE_INFINITY
    : (records.at(-1)!.scores?.validation ?? Number.NEGATIVE_INFINITY);
}
