import { activationOf, depth, layers } from '../problem/problem.ts';
import type { Block } from './blocks/block.ts';
import { outputStateBlock } from './blocks/outputState.ts';
import { stateBlock } from './blocks/stateBlock.ts';
import { weightBlock } from './blocks/weights.ts';
import { alphaOf, type BlockMethod, fullBatchDefaults } from './method.ts';
import { outputDescent, refuseOutputUpdate } from './outputUpdate.ts';
import { refuseInputs } from './refuseInputs.ts';

/**
 * Block coordinate descent on the two-splitting formulation, ZLLY Algorithm 1: backward over the layers, V_N, W_N, then V_i,
 * W_i, every block with its proximal term. Where σ stands inside the quadratic the block has no closed form: a step of
 * Gauss-Newton with one Hessian for all samples (or units) is followed by the best of several step lengths, 0 included,
 * so that the block and its proximal term never rise.
 */
export const twoSplitting: BlockMethod = {
  kind: 'blocks',
  name: 'twoSplitting',
  title: 'block coordinate descent, two-splitting',
  reference: 'ZLLY Algorithm 1',
  formulation: 'two-splitting',
  defaults: fullBatchDefaults,
  updates: {
    V_N: 'prox of the loss, or its prox-linear step (3.1)',
    V_i: 'Gauss-Newton steps with a search along each; V_{N-1} by one linear system',
    W_i: 'a Gauss-Newton step with a search for each unit; W_N by one linear system',
  },

  refuse(problem, settings) {
    if (problem.skips.includes(true))
      return 'twoSplitting has no residual links: ZLLY states Algorithm 3 in the three-splitting form, use the method threeSplitting.';
    return refuseInputs('twoSplitting', problem) ?? refuseOutputUpdate(problem, settings);
  },

  inexact(problem) {
    const linear = layers(problem).every((i) => activationOf(problem, i).name === 'identity');
    return linear
      ? undefined
      : 'The blocks with an activation inside the quadratic have no closed form: they are lowered by Gauss-Newton steps and not minimised, as section 2.2 assumes.';
  },

  blocks(problem, settings) {
    const N = depth(problem);
    const { alpha } = settings;
    return layers(problem)
      .toReversed()
      .flatMap((i): Block[] => {
        const V = alphaOf(alpha.V, i);
        const weights = weightBlock(problem, i, alphaOf(alpha.W, i));
        if (i === N) return [outputStateBlock(problem, settings), weights];
        return [stateBlock(problem, i, V), weights];
      });
  },

  // (C.25): every block and its proximal term fall by nothing less than zero, which leaves α/2 of each.
  descentConstant(problem, settings) {
    const { V, W } = settings.alpha;
    const weights = layers(problem).flatMap((i) => [alphaOf(V, i), alphaOf(W, i)]);
    return Math.min(Math.min(...weights) / 2, outputDescent(problem, settings));
  },

  // (C.26) says that there is one, and does not state it.
  relativeErrorConstant: () => undefined,
};
