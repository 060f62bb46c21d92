import type { BatchMethod } from './batchMethod.ts';
import { fenchel } from './fenchel.ts';
import type { BlockMethod } from './method.ts';
import { proxLinear } from './proxLinear.ts';
import { threeSplitting } from './threeSplitting.ts';
import { tikhonov } from './tikhonov.ts';
import { twoSplitting } from './twoSplitting.ts';

/** A way to train: on all samples at once, with the guarantees of the papers, or on mini-batches. */
export type Method = BlockMethod | BatchMethod;

/** The registered methods. Adding one is adding its file and its line here. */
export const methods: readonly Method[] = [proxLinear, threeSplitting, twoSplitting, tikhonov, fenchel];

/** The methods that the theorems are about. */
export const blockMethods: readonly BlockMethod[] = methods.filter((method) => method.kind === 'blocks');
