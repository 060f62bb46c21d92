import type { Engine } from '../../src/algebra/engine.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { single } from '../../src/distributed/single.ts';
import type { Config, ConfigInput } from '../../src/estimator/config.ts';
import { type CheckpointFacts, openCheckpoint, saveCheckpoint } from '../../src/estimator/node/checkpoint.ts';
import { resolveConfig } from '../../src/estimator/resolveConfig.ts';
import { type Beginning, prepareTraining, type Resume, type Training } from '../../src/estimator/training.ts';
import type { SweepRecord } from '../../src/solve/record.ts';
import type { Solution } from '../../src/solve/solve.ts';
import { signs } from './tinyData.ts';

export const data: Dataset = signs(60, 4);

/** Two hidden layers in chunks of unequal size, trained on all samples at once. */
export function configOf(engine: Engine, changes: ConfigInput = {}): Config {
  const { precision } = engine;
  const method = 'threeSplitting';
  return resolveConfig({ method, hidden: [7, 5], init: 'he', chunk: 25, precision, ...changes });
}

export interface Run {
  readonly training: Training;
  readonly solution: Solution;
  readonly yielded: readonly SweepRecord[];
}

/** Trains to the end, or until it is interrupted at the record of a sweep. */
export async function run(
  engine: Engine,
  config: Config,
  { resume, start, interruptAt }: Beginning & { readonly interruptAt?: number } = {},
): Promise<Run> {
  const source = { name: 'tiny', train: data };
  const surroundings = { engine, communicator: single, log: () => {} };
  const training = await prepareTraining(config, source, surroundings, { resume, start });
  const interrupt = new AbortController();
  const sweeps = training.solve({ signal: interrupt.signal });
  const yielded: SweepRecord[] = [];
  let step = await sweeps.next();
  for (; !step.done; step = await sweeps.next()) {
    yielded.push(step.value);
    if (step.value.sweep === interruptAt) interrupt.abort();
  }
  return { training, solution: step.value, yielded };
}

export async function save(path: string, config: Config, { training, solution }: Run): Promise<void> {
  const facts: Omit<CheckpointFacts, 'best'> = {
    data: { source: 'tiny' },
    config,
    widths: training.network.widths,
    samples: training.train.inputs.shape[0],
    records: solution.records,
  };
  await saveCheckpoint(path, facts, training.state, solution);
}

export async function load(path: string): Promise<Resume> {
  return (await openCheckpoint(path)).load();
}

/** All numbers of a state, to compare bit by bit. */
export function numbersOf({ training }: Run): Record<string, number[]> {
  const { weights, samples, memory } = training.state;
  return {
    ...Object.fromEntries(
      Object.entries(samples).map(([name, { chunks }]) => [name, chunks.flatMap((chunk) => [...chunk])]),
    ),
    ...Object.fromEntries(Object.entries(memory).map(([name, { data }]) => [name, [...data]])),
    ...Object.fromEntries(weights.map(({ W, b }, i) => [`W${i + 1}`, [...W.data, ...b.data]])),
  };
}
