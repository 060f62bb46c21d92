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
const positive = z
  .number({ error: 'a positive number was expected' })
  .positive({ error: ({ input }) => `${input} is not positive` });
const weight = z.number().nonnegative({ error: ({ input }) => `${input} is negative` });
const count = z
  .number()
  .int({ error: ({ input }) => `${input} is not a whole number` })
  .positive({ error: ({ input }) => `${input} is not positive` });

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
  gamma: z.array(positive).min(1).default([1]),
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
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(0),
  precision: z
    .enum(['float32', 'float64'], { error: ({ input }) => `"${input}" is neither float32 nor float64` })
    .default('float32'),
  validation: z
    .number()
    .min(0)
    .lt(1, { error: ({ input }) => `${input} is not below 1` })
    .default(0),
  sweeps: count.default(20),
  seconds: positive.exactOptional(),
  tolerance: positive.exactOptional(),
  certify: z.boolean().default(false),
  scoreEvery: z.number().int().nonnegative().default(1),
  chunk: count.default(2000),
});

/** Fills in the defaults. Errors name the setting, what was given and what is admissible. */
export function resolveConfig(input: ConfigInput): Config {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const result = configSchema.safeParse(given);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw new UserError(`The setting ${path.join('.')} is not valid: ${message}.`);
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
