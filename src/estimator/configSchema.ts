import { z } from 'zod';
import { UserError } from '../algebra/errors.ts';
import { classifiers, noClassifier } from '../classify/index.ts';
import { initialisations } from '../models/initialise.ts';
import { activations } from '../problem/activations/index.ts';
import { losses } from '../problem/losses/index.ts';
import { termNamed } from '../problem/named.ts';
import { regularizers } from '../problem/regularizers/index.ts';
import { none } from '../problem/regularizers/none.ts';
import { rateSchedules } from '../splitting/batchMethod.ts';
import { outputUpdates } from '../splitting/method.ts';
import { relaxationNamed } from '../splitting/relaxation.ts';
import { type Config, classWeightings, type GivenConfig } from './config.ts';
import { auto, trainers } from './trainers.ts';

const oneOf = (what: string, terms: readonly { readonly name: string }[]): z.ZodType<string> =>
  z.string().refine((name) => terms.some((term) => term.name === name), {
    error: ({ input }) => `"${input}" is not ${what}; there are ${terms.map(({ name }) => name).join(', ')}`,
  });
const term = (what: string, terms: Parameters<typeof termNamed>[0]): z.ZodType<string> =>
  z.string().transform((text, context) => {
    try {
      return termNamed(terms, text, what).name;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      context.addIssue({ code: 'custom', message: error.message.replace(/\.$/, '') });
      return z.NEVER;
    }
  });
const within = (what: string, accepts: (value: number) => boolean): z.ZodType<number> =>
  z
    .number({
      error: ({ input }) => `${typeof input === 'string' ? `"${input}"` : input} is not a finite number`,
    })
    .refine(accepts, { error: ({ input }) => `${input} is not ${what}` });
const positive = within('positive', (value) => value > 0);
const perLayer = z
  .array(positive, {
    error: ({ input }) =>
      `${JSON.stringify(input)} is not a list of numbers, such as [1], one for all layers or one for each`,
  })
  .min(1, { error: 'one value at least was expected' });
const weight = within('zero or positive', (value) => value >= 0);
/** A regularizer; none has no weight, whatever is given. */
const weighted = z
  .strictObject({ term: term('a regularizer', regularizers), weight })
  .transform((given) => (given.term === none.name ? { ...given, weight: 0 } : given))
  .default({ term: none.name, weight: 0 });
const count = within('a positive whole number', (value) => Number.isInteger(value) && value > 0);
function isRelaxation(text: string): boolean {
  try {
    return relaxationNamed(text).name === text;
  } catch {
    return false;
  }
}
const largestSeed = 2 ** 32 - 1;

/** Settings for which every method has its own defaults. */
const ofMethod = {
  hidden: z.array(count),
  loss: term('a loss', losses),
  gamma: perLayer,
  alpha: z.strictObject({ V: perLayer, U: perLayer, W: perLayer }),
  outputUpdate: z.enum(outputUpdates, {
    error: ({ input }) => `"${input}" is neither proximal nor proxLinear`,
  }),
  init: oneOf(
    'an initialisation',
    Object.keys(initialisations).map((name) => ({ name })),
  ),
  sweeps: count,
  smoothing: within('a fraction from 0 to below 1', (value) => value >= 0 && value < 1),
};

const common = {
  method: oneOf('a method', trainers),
  residual: z.boolean().default(false),
  inputs: z
    .record(z.string(), z.strictObject({ learned: z.array(z.number()), added: z.array(z.number()) }))
    .exactOptional(),
  activation: term('an activation', activations).default('relu'),
  weightRegularizer: weighted,
  spareOutput: z.boolean().default(false),
  keepZeros: z.boolean().default(false),
  stateRegularizer: weighted,
  order: z.string().default('backward'),
  seed: within(
    `a whole number from 0 to ${largestSeed}`,
    (value) => Number.isInteger(value) && value >= 0 && value <= largestSeed,
  ).default(0),
  theta: z
    .string()
    .refine(isRelaxation, {
      error: ({ input }) =>
        `"${input}" is not a sequence theta_t from 0 to 1, such as 0.5, 1/t^2, max(1/t^2,0.1) or 1,0.5,0.25`,
    })
    .exactOptional(),
  start: z.string().exactOptional(),
  batch: count.exactOptional(),
  rate: positive.exactOptional(),
  rateSchedule: z
    .enum(rateSchedules, { error: ({ input }) => `"${input}" is neither constant nor linear` })
    .default('constant'),
  classWeights: z
    .enum(classWeightings, { error: ({ input }) => `"${input}" is neither none nor balanced` })
    .default('none'),
  classifier: oneOf('a classifier', [{ name: noClassifier }, ...classifiers]).default(noClassifier),
  classifierC: positive.exactOptional(),
  precision: z
    .enum(['float32', 'float64'], { error: ({ input }) => `"${input}" is neither float32 nor float64` })
    .default('float32'),
  validation: within('a fraction from 0 to below 1', (value) => value >= 0 && value < 1).default(0),
  seconds: positive.exactOptional(),
  patience: count.exactOptional(),
  tolerance: positive.exactOptional(),
  certify: z.boolean().default(false),
  scoreEvery: within('a whole number from 0', (value) => Number.isInteger(value) && value >= 0).default(1),
  chunk: count.default(1000),
};

/** A resolved configuration. */
export const configSchema: z.ZodType<Config> = z.strictObject({ ...common, ...ofMethod });

/** Each of the schemas, or nothing. */
function optional<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): { [Name in keyof Shape]: z.ZodExactOptional<Shape[Name]> } {
  const entries = Object.entries(shape).map(([name, schema]) => [name, z.exactOptional(schema)]);
  return Object.fromEntries(entries) as { [Name in keyof Shape]: z.ZodExactOptional<Shape[Name]> };
}

/** What a user gives: the method may be `auto`, and what has a default may be left out. */
const input = z.strictObject({
  ...common,
  ...optional(ofMethod),
  method: oneOf('a method', [{ name: auto }, ...trainers]).default(auto),
});

export const inputSchema: z.ZodType<GivenConfig> = input;

/** Every setting there is. */
export const settingNames: readonly (keyof Config)[] = input.keyof().options;
