import type { Regularizer } from '../regularizer.ts';
import { none } from './none.ts';
import { squaredL2 } from './squaredL2.ts';

/** The registered regularizers. Adding one is adding its file and its line here. */
export const regularizers: readonly Regularizer[] = [none, squaredL2];
