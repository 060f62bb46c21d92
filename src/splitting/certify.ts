import type { Engine } from '../algebra/engine.ts';
import { squaredNorms } from '../algebra/ops.ts';
import { type CompiledPass, compilePass, type Pass, type Sums } from '../algebra/pass.ts';
import { squaredNorm, toPrecision, vector } from '../algebra/tensor.ts';
import type { LayerWeights } from '../models/network.ts';
import {
  isPerSample,
  layers,
  type Problem,
  shapeOf,
  shapesOf,
  stateNames,
  weightNames,
} from '../problem/problem.ts';
import {
  preactivationDistance,
  stateDistance,
  weightDistance,
  weightGradientSums,
} from '../problem/stationarity.ts';

/** What is measured of ∂L at a state. */
export interface Stationarity {
  /** Squared distance of 0 to the subdifferential of the objective, by block: `V2`, `U2`, `W2`, … */
  readonly distances: Readonly<Record<string, number>>;
  /**
   * √(max(‖P‖², ‖X‖²) + n): what B of ZLLY Lemma 8 has to bound at this state. The proof multiplies differences of W_i by V_{i−1},
   * which is the data where i = 1, and by a column of ones where the bias is part of W_i.
   */
  readonly size: number;
}

/** The pass that measures ∂L at the present state: all V and U distances, and the sums of which ∂_W is made. */
export function stationarityPass(problem: Problem): Pass {
  const states = stateNames(problem);
  const names = ['V0', 'Y', ...states, ...weightNames(problem)];
  return {
    samples: names.filter(isPerSample),
    updates: {},
    expression: {
      name: 'subdifferential of the objective',
      inputs: shapesOf(problem, names),
      build(o, x) {
        const out: Record<string, (typeof x)[string]> = { 'V0 norm': squaredNorms(o, x.V0!) };
        for (const name of states) {
          const distance = name.startsWith('V') ? stateDistance : preactivationDistance;
          out[`${name} norm`] = squaredNorms(o, x[name]!);
          out[`${name} distance`] = distance(o, x, problem, Number(name.slice(1)));
        }
        for (const i of layers(problem)) {
          const { W, b } = weightGradientSums(o, x, problem, i);
          out[`W${i} sums`] = W;
          out[`b${i} sums`] = b;
        }
        return out;
      },
    },
  };
}

/** Compiles what measures dist(0, ∂L)² by block. */
export async function compileStationarity(
  engine: Engine,
  problem: Problem,
  run: (pass: CompiledPass) => Promise<Sums>,
): Promise<(weights: readonly LayerWeights[], n: number) => Promise<Stationarity>> {
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
  return async (weights, n) => {
    const sums = await run(pass);
    const distances: Record<string, number> = {};
    let norm = 0;
    for (const name of stateNames(problem)) {
      distances[name] = sums[`${name} distance`]![0]!;
      norm += sums[`${name} norm`]![0]!;
    }
    for (const i of layers(problem)) {
      const { W, b } = weights[i - 1]!;
      norm += squaredNorm(W) + squaredNorm(b);
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
    return { distances, size: Math.sqrt(Math.max(norm, sums['V0 norm']![0]!) + n) };
  };
}
