import { UserError } from '../../algebra/errors.ts';
import type { DataSource, Dataset, Task } from '../../data/dataset.ts';
import { openSource } from '../../data/node/sources.ts';
import { take } from '../../data/split.ts';
import { type Config, type ConfigInput, fixedSettings } from '../../estimator/config.ts';
import { settingNames } from '../../estimator/configSchema.ts';
import type { Checkpoint, DataRequest } from '../../estimator/node/checkpoint.ts';
import { presets } from '../../estimator/presets.ts';
import { resolveConfig } from '../../estimator/resolveConfig.ts';

/** Options of the commands that pose a problem. */
export interface ProblemOptions extends ConfigInput {
  readonly target?: string;
  readonly task?: 'classification' | 'regression';
  readonly holdout?: number;
  readonly samples?: number;
  readonly preset?: string;
  readonly time?: number;
}

/** The data asked for, or those of the checkpoint. */
export function dataRequest(
  source: string | undefined,
  options: ProblemOptions,
  checkpoint?: Checkpoint,
): DataRequest {
  const known = checkpoint?.facts.data;
  const name = source ?? known?.source;
  if (name === undefined)
    throw new UserError(
      'No data were named: give mnist, fashion-mnist, a folder of IDX files or a .csv file, as in "ashlar train mnist".',
    );
  for (const key of ['target', 'task', 'holdout', 'samples'] as const)
    if (known && options[key] !== undefined) requireUnchanged(key, known[key], options[key]);
  const {
    target = known?.target,
    task = known?.task,
    holdout = known?.holdout,
    samples = known?.samples,
  } = options;
  return {
    source: name,
    ...(target !== undefined && { target }),
    ...(task && { task }),
    ...(holdout !== undefined && { holdout }),
    ...(samples !== undefined && { samples }),
  };
}

/** What defaults depend on. */
export interface DataFacts {
  readonly task: Task;
  /** Training samples; of data that are not yet read it is left out. */
  readonly samples?: number;
}

export function dataFacts({ task, inputs }: Dataset): DataFacts {
  return { task, samples: inputs.shape[0] };
}

/**
 * The settings asked for, over those of the preset, over those of the checkpoint, over the defaults, of which some depend on the
 * data.
 */
export function configOf(
  options: ProblemOptions,
  { task, samples }: DataFacts,
  checkpoint?: Checkpoint,
): Config {
  const asked = askedSettings(options);
  const known = checkpoint?.facts.config;
  if (known === undefined) return resolveConfig(withoutLimit(asked), task, samples);
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  // A C goes with the classifier that it was given for.
  const { seconds: _, classifierC, ...rest } = known;
  const kept = given.classifier === undefined && classifierC !== undefined ? { ...rest, classifierC } : rest;
  const config = resolveConfig({ ...kept, ...given }, task);
  for (const key of fixedSettings) requireUnchanged(key, known[key], config[key]);
  return config;
}

/** The settings asked for, over those of the preset. */
export function askedSettings(options: ProblemOptions): ConfigInput {
  return {
    ...(options.preset && presets[options.preset]!.settings),
    ...Object.fromEntries(
      settingNames
        .map((key) => [key, options[key as keyof ConfigInput]] as const)
        .filter(([, value]) => value !== undefined),
    ),
    seconds: options.time,
  };
}

/** With a limit of time and none of sweeps, time alone ends the run. */
function withoutLimit(asked: ConfigInput): ConfigInput {
  return asked.seconds !== undefined && asked.sweeps === undefined ? { ...asked, sweeps: mostSweeps } : asked;
}

const mostSweeps = 100_000;

function requireUnchanged(key: string, was: unknown, is: unknown): void {
  const [before, now] = [was, is].map((value) => JSON.stringify(value));
  if (now !== before)
    throw new UserError(
      `The checkpoint was made ${before === undefined ? `without ${key}` : `with ${key} ${before}`} and cannot go on with ${now}: leave the option out, or start a new run.`,
    );
}

export async function openData(request: DataRequest, seed: number): Promise<DataSource> {
  const data = await openSource(request.source, { ...request, seed });
  return request.samples === undefined ? data : { ...data, train: take(data.train, request.samples) };
}
