import type { Engine } from '../algebra/engine.ts';
import { type CompiledPass, compilePass, type Pass } from '../algebra/pass.ts';
import { toPrecision, vector } from '../algebra/tensor.ts';
import type { LayerWeights } from '../models/network.ts';
import { isPerSample, layers, type Problem, shapeOf } from '../problem/problem.ts';
import {
  preactivationDistance,
  stateDistance,
  weightDistance,
  weightGradientSums,
} from '../problem/stationarity.ts';

/** Squared distance of 0 to the subdifferential of the objective, by block: `V2`, `U2`, `W2`, … */
export type Distances = Readonly<Record<string, number>>;

/** The pass that measures ∂L at the present state: all V and U distances, and the sums of which ∂_W is made. */
export function stationarityPass(problem: Problem): Pass {
  const names = ['V0', 'Y', ...layers(problem).flatMap((i) => [`V${i}`, `U${i}`, `W${i}`, `b${i}`])];
  return {
    samples: names.filter(isPerSample),
    updates: {},
    expression: {
      name: 'subdifferential of the objective',
      inputs: Object.fromEntries(names.map((name) => [name, shapeOf(problem, name)])),
      build(o, x) {
        const out: Record<string, (typeof x)[string]> = {};
        for (const i of layers(problem)) {
          out[`V${i} distance`] = stateDistance(o, x, problem, i);
          out[`U${i} distance`] = preactivationDistance(o, x, problem, i);
          const { W, b } = weightGradientSums(o, x, i);
          out[`W${i} sums`] = W;
          out[`b${i} sums`] = b;
        }
        return out;
      },
    },
  };
}

/** Compiles what measures dist(0, ∂L)² by block. */
export async function stationarity(
  engine: Engine,
  problem: Problem,
  run: (pass: CompiledPass) => Promise<Readonly<Record<string, Float64Array>>>,
): Promise<(weights: readonly LayerWeights[]) => Promise<Distances>> {
  const pass = await compilePass(engine, stationarityPass(problem));
  const programs = await Promise.all(
    layers(problem).map((i) => {
      const [W, b] = [shapeOf(problem, `W${i}`), shapeOf(problem, `b${i}`)];
      const name = `distance of W${i}`;
      return engine.compile(
        {
          name,
          inputs: { W, sumsW: W, sumsB: b },
          build: (o, x) => ({ rows: weightDistance(o, x, problem, i) }),
        },
        'float64',
      );
    }),
  );
  return async (weights) => {
    const sums = await run(pass);
    const distances: Record<string, number> = {};
    for (const i of layers(problem)) {
      distances[`V${i}`] = sums[`V${i} distance`]![0]!;
      distances[`U${i}`] = sums[`U${i} distance`]![0]!;
      const { W } = weights[i - 1]!;
      const rows = new Float64Array(W.shape[0]);
      await programs[i - 1]!.run(
        {
          W: toPrecision(W, 'float64'),
          sumsW: { shape: W.shape, data: sums[`W${i} sums`]! },
          sumsB: { shape: [W.shape[0]], data: sums[`b${i} sums`]! },
        },
        { rows: vector(rows) },
      );
      distances[`W${i}`] = rows.reduce((total, value) => total + value, 0);
    }
    return distances;
  };
}
