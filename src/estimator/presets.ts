import type { ConfigInput } from './config.ts';

/** Settings under which a method is known by another name. */
export const presets: Readonly<
  Record<string, { readonly reference: string; readonly settings: ConfigInput }>
> = {
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
