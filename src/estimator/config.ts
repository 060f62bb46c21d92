import { z } from 'zod';
import { UserError } from '../algebra/errors.ts';
import type { Precision } from '../algebra/tensor.ts';
import { initialisations } from '../models/initialise.ts';
import { activations } from '../problem/activations/index.ts';
import { losses } from '../problem/losses/index.ts';
import { regularizers } from '../problem/regularizers/index.ts';
import { methods } from '../splitting/index.ts';

const oneOf = (what: string, terms: readonly { readonly name: string }[]): z.ZodType<string> =>
  z.string().refine((name) => terms.some((term) => term.name === name), {
    error: ({ input }) => `"${input}" is not ${what}; there are ${terms.map(({ name }) => name).join(', ')}`,
  });
const within = (what: string, accepts: (value: number) => boolean): z.ZodType<number> =>
  z
    .number({
      error: ({ input }) => `${typeof input === 'string' ? `"${input}"` : input} is not a finite number`,
    })
    .refine(accepts, { error: ({ input }) => `${input} is not ${what}` });
const positive = within('positive', (value) => value > 0);
const weight = within('zero or positive', (value) => value >= 0);
const count = within('a positive whole number', (value) => Number.isInteger(value) && value > 0);
const largestSeed = 2 ** 32 - 1;

/** Everything that decides the result of a run, resolved; it is written to the run folder. */
export interface Config {
  method: string;
  /** Widths of the hidden layers. */
  hidden: number[];
  activation: string;
  loss: string;
  /** γ_i: one for all layers, or one a layer. */
  gamma: number[];
  alpha: { V: number; U: number; W: number };
  weightRegularizer: { term: string; weight: number };
  stateRegularizer: { term: string; weight: number };
  /** `backward`, `forward`, or the names of all blocks. */
  order: string;
  init: string;
  seed: number;
  precision: Precision;
  /** Share of the training samples on which the best sweep is chosen; 0 keeps the last sweep. */
  validation: number;
  sweeps: number;
  /** Stop before a sweep that would end after this many seconds. */
  seconds?: number;
  /** Stop when the subgradient residual has fallen to this fraction of its first value. */
  tolerance?: number;
  /** Measure the subgradient residual after every sweep. */
  certify: boolean;
  /** Test and validation scores are measured every so many sweeps; 0 measures them at the end only. */
  scoreEvery: number;
  /** Samples in a chunk of a pass. */
  chunk: number;
}

/** Settings that are not given take their defaults. */
export type ConfigInput = { [Name in keyof Config]?: Config[Name] | undefined };

export const configSchema: z.ZodType<Config> = z.strictObject({
  method: oneOf('a method', methods).default('threeSplitting'),
  hidden: z.array(count).default([1000]),
  activation: oneOf('an activation', activations).default('relu'),
  loss: oneOf('a loss', losses).default('squared'),
  gamma: z.array(positive).min(1, { error: 'one value at least was expected' }).default([1]),
  alpha: z.strictObject({ V: positive, U: positive, W: positive }).default({ V: 5, U: 5, W: 5 }),
  weightRegularizer: z
    .strictObject({ term: oneOf('a regularizer', regularizers), weight })
    .default({ term: 'none', weight: 0 }),
  stateRegularizer: z
    .strictObject({ term: oneOf('a regularizer', regularizers), weight })
    .default({ term: 'none', weight: 0 }),
  order: z.string().default('backward'),
  init: oneOf(
    'an initialisation',
    Object.keys(initialisations).map((name) => ({ name })),
  ).default('identity'),
  seed: within(
    `a whole number from 0 to ${largestSeed}`,
    (value) => Number.isInteger(value) && value >= 0 && value <= largestSeed,
  ).default(0),
  precision: z
    .enum(['float32', 'float64'], { error: ({ input }) => `"${input}" is neither float32 nor float64` })
    .default('float32'),
  validation: within('a fraction from 0 to below 1', (value) => value >= 0 && value < 1).default(0),
  sweeps: count.default(20),
  seconds: positive.exactOptional(),
  tolerance: positive.exactOptional(),
  certify: z.boolean().default(false),
  scoreEvery: within('a whole number from 0', (value) => Number.isInteger(value) && value >= 0).default(1),
  chunk: count.default(1000),
});

/** Fills in the defaults. Errors name the setting, what was given and what is admissible. */
export function resolveConfig(input: ConfigInput): Config {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const result = configSchema.safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  if (issue.code === 'unrecognized_keys')
    throw new UserError(`There is no setting named "${[...issue.path, issue.keys[0]].join('.')}".`);
  throw new UserError(`The setting ${issue.path.join('.')} is not valid: ${issue.message}.`);
}

/** Settings that a resumed run cannot change, because the state depends on them. */
export const fixedSettings: readonly (keyof Config)[] = [
  'method',
  'hidden',
  'activation',
  'loss',
  'gamma',
  'alpha',
  'weightRegularizer',
  'stateRegularizer',
  'order',
  'init',
  'seed',
  'precision',
  'validation',
  'chunk',
];
