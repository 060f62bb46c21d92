import type { Precision } from '../algebra/tensor.ts';
import type { GivenInputs } from '../models/multiInput.ts';
import type { RateSchedule } from '../splitting/batchMethod.ts';
import type { OutputUpdate } from '../splitting/method.ts';

/** Whether every sample counts the same, or every class. */
export const classWeightings = ['none', 'balanced'] as const;
export type ClassWeights = (typeof classWeightings)[number];

/** Everything that decides the result of a run, resolved; it is written to the run folder. */
export interface Config {
  method: string;
  /** Widths of the hidden layers. */
  hidden: number[];
  /** Every hidden layer but the first adds its input. */
  residual: boolean;
  /** What layers are given that have inputs of their own, by the number of the layer (ZB (1)). */
  inputs?: GivenInputs;
  /** By name, `relu` or `softplus(5)`. */
  activation: string;
  loss: string;
  /** γ_i: one for all layers, or one a layer. */
  gamma: number[];
  /** α of each kind of block: one for all layers, or one a layer. */
  alpha: { V: number[]; U: number[]; W: number[] };
  /** θ_t, of the methods that take a part of each step: `1/t^2`, `0.5`, `max(1/t^2,0.1)`, `1,0.5,0.25`. */
  theta?: string;
  /** How V_N is updated. */
  outputUpdate: OutputUpdate;
  weightRegularizer: { term: string; weight: number };
  /** Leave the last layer without the weight regularizer; lifted methods always do. */
  spareOutput: boolean;
  /** Weights that are 0 at the start, which a model gives, stay so. */
  keepZeros: boolean;
  stateRegularizer: { term: string; weight: number };
  /** `backward`, `forward`, or the names of all blocks. */
  order: string;
  init: string;
  /** The trained model whose weights are the first ones, in place of `init`: a name for people. */
  start?: string;
  seed: number;
  /** Samples in a mini-batch, of the methods that have one. */
  batch?: number;
  /** Learning rate, of the methods that have one. */
  rate?: number;
  rateSchedule: RateSchedule;
  /** Share of each class target that is spread over all classes. */
  smoothing: number;
  classWeights: ClassWeights;
  /** What is trained on the last hidden features to take the place of the last layer: `none`, or a classifier by name. */
  classifier: string;
  /** C of the classifier; without it the classifier finds one. */
  classifierC?: number;
  precision: Precision;
  /** Share of the training samples on which the best sweep is chosen; 0 keeps the last sweep. */
  validation: number;
  sweeps: number;
  /** Stop before a sweep that would end after this many seconds. */
  seconds?: number;
  /** Stop when the validation score has not risen for this many sweeps. */
  patience?: number;
  /** Stop when the subgradient residual has fallen to this fraction of its first value. */
  tolerance?: number;
  /** Measure the subgradient residual after every sweep. */
  certify: boolean;
  /** Test and validation scores are measured every so many sweeps; 0 measures them at the end only. */
  scoreEvery: number;
  /** Samples in a chunk of a pass. */
  chunk: number;
}

/** Settings that methods have defaults of their own for. */
type OfMethod = 'hidden' | 'loss' | 'gamma' | 'alpha' | 'outputUpdate' | 'init' | 'sweeps' | 'smoothing';

/** Settings with the defaults that are the same for all methods; those of the method are still to be filled in. */
export type GivenConfig = Omit<Config, OfMethod> & Partial<Pick<Config, OfMethod>>;

/** Settings that are not given take their defaults. */
export type ConfigInput = { [Name in keyof Config]?: Config[Name] | undefined };

/** Settings that a resumed run cannot change, because the state depends on them. */
export const fixedSettings: readonly (keyof Config)[] = [
  'method',
  'hidden',
  'residual',
  'inputs',
  'activation',
  'loss',
  'gamma',
  'alpha',
  'theta',
  'outputUpdate',
  'weightRegularizer',
  'spareOutput',
  'keepZeros',
  'stateRegularizer',
  'order',
  'init',
  'start',
  'seed',
  'batch',
  'rate',
  'rateSchedule',
  'smoothing',
  'classWeights',
  'precision',
  'validation',
  'chunk',
];
