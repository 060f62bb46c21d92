import type { BatchMethod } from '../splitting/batchMethod.ts';
import { adaDelta } from './adaDelta.ts';
import { adaGrad } from './adaGrad.ts';
import { adam } from './adam.ts';
import { nesterov } from './nesterov.ts';
import { rmsProp } from './rmsProp.ts';
import { sgd } from './sgd.ts';

/** The registered baselines. Adding one is adding its file and its line here. */
export const baselines: readonly BatchMethod[] = [adaDelta, adaGrad, adam, nesterov, rmsProp, sgd];
