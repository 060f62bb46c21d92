import { losses } from '../problem/losses/index.ts';
import { depth, isQuadratic, layers } from '../problem/problem.ts';
import type { Block } from './blocks/block.ts';
import { jointStatesBlock, stateAccuracy } from './blocks/jointStates.ts';
import { relaxed } from './blocks/relaxed.ts';
import { weightBlock } from './blocks/weights.ts';
import { alphaOf, type BlockMethod, fullBatchDefaults } from './method.ts';
import { proximalWeight, thetaOf } from './relaxation.ts';

const smoothLosses = losses
  .filter(({ properties }) => properties.gradientLipschitz !== undefined)
  .map(({ name }) => name);

/**
 * α = 1 is nothing beside a Gram matrix of all samples: an accuracy in proportion to it takes thousands of steps, all for weights
 * whose states then move on.
 */
const sparseSteps = 50;

/** What the methods on a lifted relu differ in. */
type LiftedFacts = Pick<BlockMethod, 'name' | 'title' | 'reference' | 'formulation'>;

/**
 * ZB Algorithm 1 on a lifted objective: all hidden states of a sample jointly, then the classifier W_N, then the weights
 * of the hidden layers, each minimised with the proximal term α/2 (1 − θ_t)² ‖· − previous‖² and moved by θ_t of the way. The paper
 * has α = 1. Without θ the steps are taken whole, with α/2 ‖· − previous‖².
 */
export function liftedMethod(facts: LiftedFacts): BlockMethod {
  const { name } = facts;
  return {
    kind: 'blocks',
    ...facts,
    defaults: {
      ...fullBatchDefaults,
      hidden: [784, 784, 784],
      penalties: () => ({ gamma: [0.1], alpha: { V: [1], U: [1], W: [1] } }),
    },
    updates: {
      'V_1 … V_{N-1}': `accelerated proximal gradient steps, jointly, to a residual of ${stateAccuracy} rho ||dV||`,
      W_N: 'one linear system on the Gram matrix: of the squared loss itself, of a quadratic bound of others',
      W_i: 'one linear system on the Gram matrix; ADMM on the same matrix where r is not quadratic',
    },

    refuse(problem) {
      const { activations, loss, stateRegularizer: s, skips } = problem;
      if (depth(problem) < 2) return `${name} trains hidden layers, and there is none: give --hidden.`;
      const other = activations.slice(0, -1).find((sigma) => sigma.name !== 'relu');
      if (other !== undefined)
        return `${name} lifts the relu to a constraint (ZB (3)), and the activation is ${other.name}: use relu, or another method.`;
      if (loss.properties.gradientLipschitz === undefined)
        return `${name} needs a loss whose gradient is Lipschitz continuous, and that of ${loss.name} is not: use ${smoothLosses.join(', ')}.`;
      if (s.weight > 0)
        return `${name} has the constraint V >= 0 on its states and takes no regularizer on them, and ${s.term.name} was given: leave it out.`;
      if (skips.includes(true))
        return `${name} has no links behind the activation: write them before it, as in --inputs "V2 = W V1 + V1".`;
      return undefined;
    },

    inexact({ loss, weightRegularizer }) {
      const lowered = [
        ...(loss.name === 'squared'
          ? []
          : [
              `The classifier takes the minimiser of a quadratic bound of ${loss.name}: it is lowered and not minimised.`,
            ]),
        ...(isQuadratic(weightRegularizer)
          ? []
          : [`The weights take ${sparseSteps} steps of ADMM a sweep: they are lowered and not minimised.`]),
      ];
      return lowered.length === 0 ? undefined : lowered.join(' ');
    },

    blocks(problem, { alpha, relaxation }) {
      const N = depth(problem);
      const weights = (i: number): Block =>
        relaxed(
          weightBlock(
            problem,
            i,
            (sweep) => proximalWeight(alphaOf(alpha.W, i), relaxation, sweep),
            sparseSteps,
          ),
          relaxation,
        );
      const states = jointStatesBlock(problem, alphaOf(alpha.V, 1), relaxation);
      return [states, weights(N), ...layers(problem).slice(0, -1).map(weights)];
    },

    /**
     * A block φ that is minimised with ρ/2 ‖· − x‖² to x̂ and moved to y = x + θ (x̂ − x) falls by φ(x) − φ(y) ≥ θ (φ(x) − φ(x̂)) ≥ θ ρ/2 ‖x̂ − x‖² =
     * ρ/(2θ) ‖y − x‖², also where φ is only lowered. (Where it is minimised the factor ½ falls away: with ρ = 1 − θ that is ZB Lemma 2.)
     */
    descentConstant(_, { alpha, relaxation }, sweep) {
      const theta = thetaOf(relaxation, sweep);
      const least = Math.min(alpha.V[0]!, ...alpha.W);
      return theta === 0 ? 0 : proximalWeight(least, relaxation, sweep) / (2 * theta);
    },

    relativeErrorConstant: () => undefined,
  };
}
