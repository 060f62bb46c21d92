import { activationOf, isQuadratic, type Problem } from '../../problem/problem.ts';
import type { StateBlock } from './block.ts';
import { hiddenStateBlock } from './hiddenState.ts';
import { proximalStateBlock } from './proximalState.ts';
import { searchedStateBlock } from './searchedState.ts';

/** The block of a hidden V_i, by what stands above it and by the regularizer on it. */
export function stateBlock(problem: Problem, layer: number, alpha: number): StateBlock {
  const linear =
    problem.formulation === 'three-splitting' || activationOf(problem, layer + 1).name === 'identity';
  if (!linear) return searchedStateBlock(problem, layer, alpha);
  return isQuadratic(problem.stateRegularizer)
    ? hiddenStateBlock(problem, layer, alpha)
    : proximalStateBlock(problem, layer, alpha);
}
