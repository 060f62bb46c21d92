import { depth, gammaOf, type Problem } from '../problem/problem.ts';
import { alphaOf, type MethodSettings } from './method.ts';

/** Why V_N cannot be updated as asked for, in a sentence; undefined when it can (ZLLY Theorem 2). */
export function refuseOutputUpdate(
  problem: Problem,
  { alpha, outputUpdate }: MethodSettings,
): string | undefined {
  if (outputUpdate === 'proximal') return undefined;
  const { name, properties } = problem.loss;
  const L = properties.gradientLipschitz;
  if (L === undefined)
    return `The prox-linear update needs a loss whose gradient is Lipschitz continuous, and that of ${name} is not: use the proximal update.`;
  const given = alphaOf(alpha.V, depth(problem));
  const least = Math.max(0, (L - gammaOf(problem, depth(problem))) / 2);
  if (given <= least)
    return `The prox-linear update of the loss ${name} descends when alpha of V is above ${least}, half of what the Lipschitz constant ${L} of its gradient exceeds gamma by, and ${given} was given.`;
  return undefined;
}

/** α + (γ − L_R)/2 of ZLLY (C.5), which the descent constant is bounded by; +∞ for the proximal update. */
export function outputDescent(problem: Problem, { alpha, outputUpdate }: MethodSettings): number {
  if (outputUpdate === 'proximal') return Number.POSITIVE_INFINITY;
  const N = depth(problem);
  return alphaOf(alpha.V, N) + (gammaOf(problem, N) - problem.loss.properties.gradientLipschitz!) / 2;
}
