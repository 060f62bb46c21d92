import { isChain, type Problem } from '../problem/problem.ts';

/** Why a method whose blocks know only the layer above cannot train this network; undefined when it can. */
export function refuseInputs(method: string, problem: Problem): string | undefined {
  if (isChain(problem)) return undefined;
  return `${method} updates a state against the layer above it alone, and this network has layers with inputs of their own: use the method proxLinear, fenchel or tikhonov.`;
}
