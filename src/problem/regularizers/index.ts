import type { Regularizer } from '../regularizer.ts';
import { box } from './box.ts';
import { elasticNet } from './elasticNet.ts';
import { l1 } from './l1.ts';
import { l1Ball } from './l1Ball.ts';
import { none } from './none.ts';
import { nonnegative } from './nonnegative.ts';
import { squaredL2 } from './squaredL2.ts';

/** The registered regularizers. Adding one is adding its file and its line here. */
export const regularizers: readonly Regularizer[] = [
  box,
  elasticNet,
  l1,
  l1Ball,
  none,
  nonnegative,
  squaredL2,
];
