import type { Engine } from '../algebra/engine.ts';
import type { Pass } from '../algebra/pass.ts';
import { floats, matrix } from '../algebra/tensor.ts';
import {
  depth,
  isQuadratic,
  layers,
  type Problem,
  shapesOf,
  weightRegularizerOf,
} from '../problem/problem.ts';
import { feasible } from '../problem/regularizer.ts';
import type { LayerWeights } from './network.ts';

/** The pass that takes the hidden V to where s is finite, for a start at which L is finite; undefined where it always is. */
export function feasibleStates(problem: Problem): Pass | undefined {
  const { term } = problem.stateRegularizer;
  if (isQuadratic(problem.stateRegularizer)) return undefined;
  const states = layers(problem)
    .filter((i) => i < depth(problem))
    .map((i) => `V${i}`);
  if (states.length === 0) return undefined;
  return {
    samples: states,
    updates: Object.fromEntries(states.map((name) => [`next ${name}`, name])),
    expression: {
      name: 'feasible states',
      inputs: shapesOf(problem, states),
      build: (o, x) =>
        Object.fromEntries(states.map((name) => [`next ${name}`, feasible(o, term, x[name]!)])),
    },
  };
}

/** The weights where r is finite, and their projection where it is not. */
export async function feasibleWeights(
  engine: Engine,
  problem: Problem,
  weights: readonly LayerWeights[],
): Promise<LayerWeights[]> {
  const { term } = problem.weightRegularizer;
  return Promise.all(
    weights.map(async (layer, i) => {
      if (isQuadratic(weightRegularizerOf(problem, i + 1))) return layer;
      const { W, b } = layer;
      const program = await engine.compile({
        name: `feasible W${i + 1}`,
        inputs: { W: W.shape },
        build: (o, x) => ({ projected: feasible(o, term, x.W!) }),
      });
      const projected = matrix(...W.shape, floats(engine.precision, W.data.length));
      await program.run({ W }, { projected });
      await program.dispose();
      return { W: projected, b };
    }),
  );
}
