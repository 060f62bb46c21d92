import type { Activation } from '../activation.ts';
import { identity } from './identity.ts';
import { leakyRelu } from './leakyRelu.ts';
import { polynomial } from './polynomial.ts';
import { relu } from './relu.ts';
import { sigmoid } from './sigmoid.ts';
import { softplus } from './softplus.ts';
import { tanh } from './tanh.ts';

/** The registered activations. Adding one is adding its file and its line here. */
export const activations: readonly Activation[] = [
  identity,
  leakyRelu,
  polynomial,
  relu,
  sigmoid,
  softplus,
  tanh,
];
