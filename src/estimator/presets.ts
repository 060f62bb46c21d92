import { parseInputs } from '../models/multiInput.ts';
import type { ConfigInput } from './config.ts';

/** Settings under which a method is known by another name. */
export const presets: Readonly<
  Record<string, { readonly reference: string; readonly settings: ConfigInput }>
> = {
  'zb-fig2': {
    reference: 'the network of ZB Fig. 2 with its settings; MNIST fits its skips of 784',
    settings: {
      method: 'tikhonov',
      hidden: [784, 784, 784],
      inputs: parseInputs('V2 = W V1 + V0; V3 = W V2 + V0 + V1'),
      gamma: [0.1],
      alpha: { V: [1], U: [1], W: [1] },
      theta: '1/t^2',
      init: 'he',
      sweeps: 100,
      classifier: 'svm',
    },
  },
  mac: {
    reference: 'the method of auxiliary coordinates, Carreira-Perpinan & Wang 2014',
    settings: {
      method: 'twoSplitting',
      activation: 'sigmoid',
      loss: 'squared',
      order: 'statesFirst',
      init: 'he',
    },
  },
};
