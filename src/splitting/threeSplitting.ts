import { depth, layers, type Problem } from '../problem/problem.ts';
import type { Block } from './blocks/block.ts';
import { hiddenStateBlock } from './blocks/hiddenState.ts';
import { outputStateBlock } from './blocks/outputState.ts';
import { preactivationBlock } from './blocks/preactivation.ts';
import { weightBlock } from './blocks/weights.ts';
import type { Method } from './method.ts';

/**
 * Block coordinate descent on the three-splitting formulation, ZLLY Algorithm 2: backward over the layers,
 * V_N, U_N, W_N, then V_i, U_i, W_i. Every block is minimised exactly; V_N, the hidden U_i and the weights carry the
 * proximal term of the paper.
 */
export const threeSplitting: Method = {
  name: 'threeSplitting',
  title: 'block coordinate descent, three-splitting',
  reference: 'ZLLY Algorithm 2',

  refuse({ weightRegularizer: r, stateRegularizer: s }) {
    for (const [role, { term }] of [
      ['weights', r],
      ['states', s],
    ] as const)
      if (term.properties.curvature === undefined)
        return `threeSplitting cannot take the regularizer ${term.name} on ${role}: its least-squares blocks need a quadratic one, such as squaredL2 or none.`;
    return undefined;
  },

  blocks(problem, alpha) {
    const N = depth(problem);
    return layers(problem)
      .toReversed()
      .flatMap((i): Block[] => [
        i === N ? outputStateBlock(problem, alpha.V) : hiddenStateBlock(problem, i),
        preactivationBlock(problem, i, i === N ? 0 : alpha.U),
        weightBlock(problem, i, alpha.W),
      ]);
  },

  // (C.4), with the smallest of each where α and γ differ by block and layer.
  descentConstant: (problem, alpha) => Math.min(alpha.V, alpha.U, alpha.W, ...problem.gamma) / 2,

  // Lemma 8, (C.17): b̄ = b √(3N), with the largest γ and α where they differ.
  relativeErrorConstant(problem, alpha, B) {
    const gamma = Math.max(...problem.gamma);
    const a = Math.max(alpha.V, alpha.U, alpha.W);
    const L = lipschitz(problem);
    const b = Math.max(
      gamma,
      a + gamma * B,
      a + gamma * L * B,
      gamma * B + 2 * gamma * B ** 2,
      2 * gamma * B + gamma * B ** 2,
    );
    return b * Math.sqrt(3 * depth(problem));
  },
};

/** L_B: the largest of the activations' Lipschitz constants. */
function lipschitz(problem: Problem): number {
  return Math.max(
    ...problem.activations.map(({ properties }) => properties.lipschitz ?? Number.POSITIVE_INFINITY),
  );
}
