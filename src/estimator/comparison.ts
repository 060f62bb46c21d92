import type { DataSource } from '../data/dataset.ts';
import type { Model } from '../models/model.ts';
import type { Scores, SweepRecord } from '../solve/record.ts';
import { keptWeights } from '../solve/solve.ts';
import type { Interruption, Status } from '../solve/status.ts';
import type { Competitor } from './competitors.ts';
import { type FreshSurroundings, prepareTraining } from './training.ts';

/** One run of one competitor. */
export interface Trial {
  readonly name: string;
  readonly seed: number;
  readonly status: Status;
  readonly records: readonly SweepRecord[];
  readonly scores: Scores;
  /** Share of the weights of each layer that are not 0. */
  readonly nonzeros: readonly number[];
  /** Largest memory of the process during the run, bytes; absent where it cannot be asked for. */
  readonly memory?: number;
}

export interface ComparisonSettings {
  readonly trials: number;
  /** Of the first trial; each further one counts up. */
  readonly seed: number;
  /** Memory of the process now, bytes. */
  readonly memory?: () => number;
  readonly signal?: Interruption;
  readonly onSweep?: (name: string, seed: number, record: SweepRecord) => void;
}

/**
 * Runs every competitor on the same data with the same seeds. The trials of one seed follow each other, so that an hour in which
 * the machine is slow is shared by all.
 */
export async function* compare(
  source: DataSource,
  competitors: readonly Competitor[],
  fresh: FreshSurroundings,
  { trials, seed: first, memory, signal, onSweep }: ComparisonSettings,
): AsyncGenerator<Trial, void> {
  for (let seed = first; seed < first + trials; seed++) {
    const ended = new Map<string, Model>();
    for (const { name, config } of competitors) {
      if (signal?.aborted) return;
      const surroundings = fresh();
      const start = config.start === undefined ? undefined : ended.get(config.start);
      const training = await prepareTraining({ ...config, seed }, source, surroundings, { start });
      const run = training.solve({ scoreTrain: true, ...(signal && { signal }) });
      let most = memory?.() ?? 0;
      let step = await run.next();
      for (; !step.done; step = await run.next()) {
        most = Math.max(most, memory?.() ?? 0);
        onSweep?.(name, seed, step.value);
      }
      const { status, records } = step.value;
      ended.set(name, training.model(keptWeights(step.value), {}));
      const { scores, weights } = await training.finish(step.value);
      await surroundings.engine.dispose();
      const nonzeros = weights.map(
        ({ W: { data } }) => Array.from(data).filter((w) => w !== 0).length / data.length,
      );
      yield { name, seed, status, records, scores, nonzeros, ...(memory && { memory: most }) };
    }
  }
}

/** All trials of one competitor. */
export interface Summary {
  readonly name: string;
  readonly trials: number;
  readonly test: Spread;
  readonly train: Spread;
  /** Mean seconds of the updates of a sweep. */
  readonly secondsPerSweep: number;
  /** Mean seconds of all updates. */
  readonly seconds: number;
  /** Mean seconds of updates until the mean test score, drawn as a line from sweep to sweep, reaches the target; absent where it does not. */
  readonly secondsToTarget?: number;
  readonly memory?: number;
  /** Mean share of the weights of hidden layers that are not 0; 1 without hidden layers. */
  readonly nonzeros: number;
  /** Trials by how they ended. */
  readonly endings: Readonly<Record<string, number>>;
}

export interface Spread {
  readonly mean: number;
  /** Standard deviation of the sample; 0 of one trial. */
  readonly deviation: number;
}

/** @param target a test score that is to be reached. */
export function summarise(name: string, trials: readonly Trial[], target: number | undefined): Summary {
  const own = trials.filter((trial) => trial.name === name);
  const curve = meanCurve(own, ({ scores }) => scores?.test);
  const reached = target === undefined ? undefined : secondsUntil(curve, target);
  const memories = own.flatMap(({ memory }) => memory ?? []);
  const endings: Record<string, number> = {};
  for (const { status } of own) endings[status.name] = (endings[status.name] ?? 0) + 1;
  const seconds = mean(own.map(({ records }) => spent(records)));
  return {
    name,
    trials: own.length,
    test: spreadOf(own.map(({ scores }) => scores.test ?? Number.NaN)),
    train: spreadOf(own.map(({ scores }) => scores.train ?? Number.NaN)),
    secondsPerSweep: seconds / Math.max(1, mean(own.map(({ records }) => records.at(-1)!.sweep))),
    seconds,
    ...(reached !== undefined && { secondsToTarget: reached }),
    ...(memories.length > 0 && { memory: Math.max(...memories) }),
    nonzeros: mean(own.map(({ nonzeros }) => (nonzeros.length > 1 ? mean(nonzeros.slice(0, -1)) : 1))),
    endings,
  };
}

/** Mean seconds and the mean of a value of all trials, sweep by sweep, as far as all of them came. */
export function meanCurve(
  trials: readonly Trial[],
  value: (record: SweepRecord) => number | undefined,
): readonly { readonly sweep: number; readonly seconds: number; readonly score: number }[] {
  const shortest = Math.min(...trials.map(({ records }) => records.length));
  return Array.from({ length: shortest }, (_, k) => ({
    sweep: trials[0]!.records[k]!.sweep,
    seconds: mean(trials.map(({ records }) => spent(records.slice(0, k + 1)))),
    score: mean(trials.map(({ records }) => value(records[k]!) ?? Number.NaN)),
  })).filter(({ score }) => Number.isFinite(score));
}

/** Where the line through the points of a curve first reaches a score. */
function secondsUntil(
  curve: readonly { readonly seconds: number; readonly score: number }[],
  target: number,
): number | undefined {
  const k = curve.findIndex(({ score }) => score >= target);
  const [before, after] = [curve[k - 1], curve[k]];
  if (before === undefined || after === undefined) return after?.seconds;
  const share = (target - before.score) / (after.score - before.score);
  return before.seconds + share * (after.seconds - before.seconds);
}

function spent(records: readonly SweepRecord[]): number {
  return records.reduce((sum, { seconds }) => sum + seconds, 0);
}

function spreadOf(values: readonly number[]): Spread {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return { mean: centre, deviation: values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1)) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
