import type { Loss } from '../loss.ts';
import { crossEntropy } from './crossEntropy.ts';
import { exponential } from './exponential.ts';
import { hinge } from './hinge.ts';
import { logistic } from './logistic.ts';
import { softmaxCrossEntropy } from './softmaxCrossEntropy.ts';
import { squared } from './squared.ts';

/** The registered losses. Adding one is adding its file and its line here. */
export const losses: readonly Loss[] = [
  crossEntropy,
  exponential,
  hinge,
  logistic,
  softmaxCrossEntropy,
  squared,
];
