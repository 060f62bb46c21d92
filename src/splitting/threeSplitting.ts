import { depth, gammaOf, isQuadratic, layers, type Problem } from '../problem/problem.ts';
import type { Block } from './blocks/block.ts';
import { compositeAccuracy } from './blocks/composite.ts';
import { outputStateBlock } from './blocks/outputState.ts';
import { preactivationBlock } from './blocks/preactivation.ts';
import { spectralSlack } from './blocks/spectralBound.ts';
import { stateBlock } from './blocks/stateBlock.ts';
import { weightBlock } from './blocks/weights.ts';
import { alphaOf, type BlockMethod, fullBatchDefaults } from './method.ts';
import { outputDescent, refuseOutputUpdate } from './outputUpdate.ts';
import { refuseInputs } from './refuseInputs.ts';

/**
 * Block coordinate descent on the three-splitting formulation, ZLLY Algorithm 2, and Algorithm 3 across residual links:
 * backward over the layers, V_N, U_N, W_N, then V_i, U_i, W_i. Every block is minimised; V_N, the hidden U_i and the weights
 * carry the proximal term of the paper. A hidden V_i with an s that is not quadratic takes one prox-linear step.
 */
export const threeSplitting: BlockMethod = {
  kind: 'blocks',
  name: 'threeSplitting',
  title: 'block coordinate descent, three-splitting',
  reference: 'ZLLY Algorithms 2 and 3',
  formulation: 'three-splitting',
  defaults: fullBatchDefaults,
  updates: {
    V_N: 'prox of the loss, or its prox-linear step (3.2)',
    V_i: 'one linear system for all samples; a prox-linear step where s is not quadratic',
    U_i: 'prox of the activation (E.1), to the global minimiser',
    W_i: 'one linear system on the Gram matrix, with the bias; ADMM on the same matrix where r is not quadratic',
  },

  refuse: (problem, settings) =>
    refuseInputs('threeSplitting', problem) ?? refuseOutputUpdate(problem, settings),

  inexact: () => undefined,

  blocks(problem, settings) {
    const N = depth(problem);
    const { alpha } = settings;
    return layers(problem)
      .toReversed()
      .flatMap((i): Block[] => [
        i === N ? outputStateBlock(problem, settings) : stateBlock(problem, i, 0),
        preactivationBlock(problem, i, i === N ? 0 : alphaOf(alpha.U, i)),
        weightBlock(problem, i, alphaOf(alpha.W, i)),
      ]);
  },

  // (C.4), or (C.5) for the prox-linear update, with the smallest of each where α and γ differ by block and layer.
  descentConstant(problem, settings) {
    const N = depth(problem);
    const { V, U, W } = settings.alpha;
    const weights = layers(problem).flatMap((i) => [
      alphaOf(W, i),
      gammaOf(problem, i),
      i === N ? alphaOf(V, N) : alphaOf(U, i),
    ]);
    return Math.min(Math.min(...weights) / 2, outputDescent(problem, settings));
  },

  // Lemma 8, (C.17), and Lemma 12 across residual links: b̄ = b √(3N), with the largest γ and α where they differ.
  relativeErrorConstant(problem, { alpha, outputUpdate }, B) {
    const gamma = Math.max(...problem.gamma);
    // A composite weight block is solved to a subgradient of this fraction of α ‖ΔW‖.
    const slack = isQuadratic(problem.weightRegularizer) ? 0 : compositeAccuracy;
    const a = Math.max(...alpha.V, ...alpha.U, ...alpha.W.map((weight) => weight * (1 + slack)));
    const output = outputUpdate === 'proximal' ? a : a + problem.loss.properties.gradientLipschitz!;
    const L = lipschitz(problem, B);
    const plain = [
      gamma,
      output + gamma * B,
      a + gamma * L * B,
      gamma * B + 2 * gamma * B ** 2,
      2 * gamma * B + gamma * B ** 2,
    ];
    const residual = [
      output + gamma * L,
      a + gamma * B,
      2 * gamma * (1 + B + B ** 2),
      gamma * (1 + L * B + 2 * B + 2 * B ** 2),
    ];
    // What a prox-linear step of V_i leaves: M ≤ τ + γ ‖W‖² with the slack of its bound.
    const linearised = gamma * (2 + spectralSlack * B ** 2);
    const b = Math.max(
      ...plain,
      ...(problem.skips.includes(true) ? residual : []),
      ...(isQuadratic(problem.stateRegularizer) ? [] : [linearised]),
    );
    return b * Math.sqrt(3 * depth(problem));
  },
};

/** L_B: the largest of the activations' Lipschitz constants on the ball of radius B. */
function lipschitz(problem: Problem, B: number): number {
  return Math.max(
    ...problem.activations.map(
      ({ properties: { lipschitz: global, lipschitzWithin } }) => global ?? lipschitzWithin!(B),
    ),
  );
}
