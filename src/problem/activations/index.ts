import type { Activation } from '../activation.ts';
import { identity } from './identity.ts';
import { leakyRelu } from './leakyRelu.ts';
import { relu } from './relu.ts';

/** The registered activations. Adding one is adding its file and its line here. */
export const activations: readonly Activation[] = [identity, leakyRelu, relu];
