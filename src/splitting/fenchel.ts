import { liftedMethod } from './liftedMethod.ts';
import type { BlockMethod } from './method.ts';

const asPrinted = liftedMethod({
  name: 'fenchel',
  title: 'Fenchel-lifted block coordinate descent',
  reference: 'ZB Algorithm 1; Gu, Askari & El Ghaoui 2020',
  formulation: 'fenchel-lifted',
});

/**
 * ZB Algorithm 1 on the Fenchel-lifted objective of Gu, Askari and El Ghaoui (2020): (4) less Σ γ_n/2 ‖min(0, z_n)‖², which (4) charges
 * a network for being itself where a preactivation z_n is negative. It is the least, over M_n ≤ 0, of
 *   Σ γ_n [½ ‖V_n + M_n − z_n‖² − ⟨V_n, M_n⟩],   at M_n = min(0, z_n),
 * a further block in closed form that is taken before the states and again before each W_n: the others stay convex, with the Hessians of (4).
 *
 * The classifier comes first: states that are asked to fit one of another loss, that of a model to start from, would lose what it has learned.
 */
export const fenchel: BlockMethod = {
  ...asPrinted,
  blocks(problem, settings) {
    const [states, classifier, ...weights] = asPrinted.blocks(problem, settings);
    return [classifier!, states!, ...weights];
  },
};
