import { z } from 'zod';
import { UserError } from '../algebra/errors.ts';
import { initialisations } from '../models/initialise.ts';
import { activations } from '../problem/activations/index.ts';
import { losses } from '../problem/losses/index.ts';
import { termNamed } from '../problem/named.ts';
import { regularizers } from '../problem/regularizers/index.ts';
import { methods } from '../splitting/index.ts';
import { outputUpdates } from '../splitting/method.ts';
import type { Config } from './config.ts';

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
const count = within('a positive whole number', (value) => Number.isInteger(value) && value > 0);
const largestSeed = 2 ** 32 - 1;

export const configSchema: z.ZodType<Config> = z.strictObject({
  method: oneOf('a method', methods).default('threeSplitting'),
  hidden: z.array(count).default([1000]),
  residual: z.boolean().default(false),
  activation: term('an activation', activations).default('relu'),
  loss: term('a loss', losses).default('squared'),
  gamma: perLayer.default([1]),
  alpha: z.strictObject({ V: perLayer, U: perLayer, W: perLayer }).default({ V: [5], U: [5], W: [5] }),
  outputUpdate: z
    .enum(outputUpdates, { error: ({ input }) => `"${input}" is neither proximal nor proxLinear` })
    .default('proximal'),
  weightRegularizer: z
    .strictObject({ term: term('a regularizer', regularizers), weight })
    .default({ term: 'none', weight: 0 }),
  stateRegularizer: z
    .strictObject({ term: term('a regularizer', regularizers), weight })
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
