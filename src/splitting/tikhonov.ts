import { liftedMethod } from './liftedMethod.ts';
import type { BlockMethod } from './method.ts';

/** ZB Algorithm 1 on the objective (4) of the paper. */
export const tikhonov: BlockMethod = liftedMethod({
  name: 'tikhonov',
  title: 'Tikhonov regularised block coordinate descent, lifted relu',
  reference: 'ZB Algorithm 1',
  formulation: 'lifted',
});
