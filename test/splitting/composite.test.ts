import { afterAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/algebra/engine.ts';
import { absolute } from '../../src/algebra/ops.ts';
import { type Matrix, matrix, squaredDistance, toPrecision, vector } from '../../src/algebra/tensor.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import type { LayerWeights } from '../../src/models/network.ts';
import { termNamed } from '../../src/problem/named.ts';
import type { Weighted } from '../../src/problem/problem.ts';
import { subgradientDistance } from '../../src/problem/regularizer.ts';
import { regularizers } from '../../src/problem/regularizers/index.ts';
import {
  type CompositeProblem,
  type CompositeSolution,
  compositeSolver,
} from '../../src/splitting/blocks/composite.ts';
import { largestEigenvalueBound } from '../../src/splitting/blocks/largestEigenvalue.ts';
import { onnx } from '../engine/onnxEngines.ts';
import { draw } from '../oracle/draw.ts';
import { eliminate } from '../oracle/elimination.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { inequalitySlack } from '../tolerance.ts';

const engine = onnx('float64');
afterAll(() => engine.dispose());

const weighted = (name: string, weight: number): Weighted => ({
  term: termNamed(regularizers, name, 'a regularizer'),
  weight,
});

/** Features whose scales span three decades, as columns beside the bias; H = VᵀV + αI and G = VᵀU + α W̃_previous. */
function problemOf(options: {
  readonly units?: number;
  readonly inputs?: number;
  readonly samples?: number;
  readonly alpha?: number;
  readonly scale?: (input: number) => number;
  readonly seed?: number;
}): CompositeProblem {
  const { units = 6, inputs = 20, samples = 60, alpha = 0.5, seed = 1 } = options;
  const { scale = (j) => 10 ** (2 - (3 * j) / inputs) } = options;
  const random = draw(seed);
  const shared = random.matrix(samples, 1);
  const V = matrix(
    samples,
    inputs + 1,
    Float64Array.from({ length: samples * (inputs + 1) }, (_, k) => {
      const j = k % (inputs + 1);
      const common = shared.data[Math.floor(k / (inputs + 1))]!;
      return j === inputs ? 1 : scale(j) * (random.normal() + common + 0.5);
    }),
  );
  const U = random.matrix(samples, units);
  const previous = { W: random.matrix(units, inputs), b: vector(random.tensor([units]).data) };
  const system = o.product(V, V, { transposeA: true }) as Matrix;
  const right = o.product(V, U, { transposeA: true }) as Matrix;
  for (let j = 0; j <= inputs; j++) {
    system.data[j * (inputs + 1) + j]! += alpha;
    // Only the lower triangle may be read.
    system.data.fill(Number.NaN, j * (inputs + 1) + j + 1, (j + 1) * (inputs + 1));
    for (let k = 0; k < units; k++) {
      const before = j === inputs ? previous.b.data[k]! : previous.W.data[k * inputs + j]!;
      right.data[j * units + k]! += alpha * before;
    }
  }
  return { system, right, previous, alpha };
}

function symmetric({ system }: CompositeProblem): Matrix {
  const d = system.shape[0];
  return matrix(
    d,
    d,
    system.data.map((_, k) => {
      const [i, j] = [Math.floor(k / d), k % d];
      return system.data[Math.max(i, j) * d + Math.min(i, j)]!;
    }),
  );
}

/** Half the quadratic form, the linear form and the regularizer, by rows, with the bias as a column. */
function valuesOf(problem: CompositeProblem, r: Weighted, at: LayerWeights): Float64Array {
  const joined = join(at);
  const product = o.product(joined, symmetric(problem));
  const smooth = o.sum(o.mul(joined, o.sub(o.mul(o.scalar(0.5), product), transposed(problem.right))), 1);
  const rows = r.term.value(o, at.W);
  return Float64Array.from(smooth.data, (value, k) => value + (r.weight > 0 ? r.weight * rows.data[k]! : 0));
}

/** dist(0, ∂) of the problem in W and b together. */
function distanceOf(problem: CompositeProblem, r: Weighted, at: LayerWeights): number {
  const [units, d] = at.W.shape;
  const gradient = o.sub(o.product(join(at), symmetric(problem)), transposed(problem.right));
  const rows = subgradientDistance(o, r.term, r.weight, at.W, o.columns(gradient, 0, d));
  let total = 0;
  for (let k = 0; k < units; k++) total += rows.data[k]! + gradient.data[k * (d + 1) + d]! ** 2;
  return Math.sqrt(total);
}

function join({ W, b }: LayerWeights): Matrix {
  const [units, d] = W.shape;
  return matrix(
    units,
    d + 1,
    Float64Array.from({ length: units * (d + 1) }, (_, k) => {
      const [i, j] = [Math.floor(k / (d + 1)), k % (d + 1)];
      return j === d ? b.data[i]! : W.data[i * d + j]!;
    }),
  );
}

function transposed(a: Matrix): Matrix {
  const [rows, columns] = a.shape;
  return matrix(
    columns,
    rows,
    a.data.map((_, k) => a.data[(k % rows) * columns + Math.floor(k / rows)]!),
  );
}

async function solve(
  problem: CompositeProblem,
  r: Weighted,
  on: Engine = engine,
): Promise<CompositeSolution> {
  const [units, inputs] = problem.previous.W.shape;
  return (await compositeSolver(on, r, units, inputs))(problem);
}

/** Solved again from where it ended, with the same right side, until nothing is left to gain. */
async function solveFully(problem: CompositeProblem, r: Weighted): Promise<CompositeSolution> {
  let solution = await solve(problem, r);
  for (let k = 0; k < 8; k++) solution = await solve({ ...problem, previous: solution }, r);
  return solution;
}

const cases: readonly Weighted[] = [
  weighted('l1', 3),
  weighted('elasticNet', 3),
  weighted('nonnegative', 1),
  weighted('box(-0.01,0.02)', 1),
  weighted('l1Ball(0.05)', 1),
  weighted('squaredL2', 2),
  weighted('none', 0),
];

describe.each(cases)('the weight update with $weight · $term.name', (r) => {
  it.each([1, 2, 3])('meets the distance that it states, below the previous weights (%d)', async (seed) => {
    const problem = problemOf({ seed });
    const solution = await solve(problem, r);
    expect(solution.distance).toBeLessThanOrEqual(solution.asked);
    const step = Math.sqrt(squaredDistance(solution.W, problem.previous.W));
    expect(solution.asked).toBeLessThanOrEqual(0.11 * problem.alpha * step);
    expect(distanceOf(problem, r, solution)).toBeLessThanOrEqual(solution.distance * (1 + 1e-6) + 1e-8);
    const [before, after] = [problem.previous, solution].map((at) => valuesOf(problem, r, at));
    for (const [k, value] of after!.entries())
      expect(value).toBeLessThanOrEqual(before![k]! + inequalitySlack(before![k]!));
  });

  it('does not rise from a minimiser or from a point that is feasible, and does not change what it is given', async () => {
    const problem = problemOf({ seed: 4 });
    const random = draw(9);
    const near = await solveFully(problem, r);
    const starts = [near, { W: r.term.prox(o, random.matrix(6, 20), o.scalar(1)) as Matrix, b: near.b }];
    for (const previous of starts) {
      const given = { ...problem, previous };
      const copy = structuredClone({ ...given, previous: { W: previous.W, b: previous.b } });
      const [before, after] = [previous, await solve(given, r)].map((at) => valuesOf(problem, r, at));
      for (const [k, value] of after!.entries())
        expect(value).toBeLessThanOrEqual(before![k]! + inequalitySlack(before![k]!));
      expect({ ...given, previous: { W: previous.W, b: previous.b } }).toEqual(copy);
    }
  });

  it('does not rise where its steps are few, and gets there by being called again', async () => {
    const problem = { ...problemOf({ seed: 8 }), mostSteps: 10 };
    let solution: LayerWeights = problem.previous;
    const value = (at: LayerWeights): number => valuesOf(problem, r, at).reduce((sum, one) => sum + one, 0);
    const values = [value(solution)];
    for (let k = 0; k < 60; k++) {
      const next = await solve({ ...problem, previous: solution }, r);
      expect(next.steps).toBeLessThanOrEqual(10);
      solution = next;
      values.push(value(solution));
      expect(values.at(-1)!).toBeLessThanOrEqual(values.at(-2)! + inequalitySlack(values[0]!));
    }
    const best = value(await solveFully(problemOf({ seed: 8 }), r));
    expect(values.at(-1)! - best).toBeLessThanOrEqual(
      0.01 * (values[0]! - best) + inequalitySlack(values[0]!),
    );
  });

  it('keeps zeros, bounds and finite values in float32', async () => {
    const problem = problemOf({ seed: 5 });
    const previous = {
      W: toPrecision(problem.previous.W, 'float32'),
      b: toPrecision(problem.previous.b, 'float32'),
    };
    const { W, b } = await solve({ ...problem, previous }, r);
    expect([W.data, b.data].every((data) => data instanceof Float32Array)).toBe(true);
    expect(r.term.value(o, W).data.every(Number.isFinite)).toBe(true);
  });

  it.each([
    ['one unit', { units: 1 }],
    ['one input', { inputs: 1 }],
    ['data that are all zero', { scale: () => 0 }],
    ['fewer samples than inputs', { samples: 5 }],
  ])('solves %s, on the reference as on ONNX', async (_, options) => {
    const problem = problemOf({ ...options, seed: 6 });
    const [one, other] = [await solve(problem, r), await solve(problem, r, referenceEngine())];
    for (const { distance, asked } of [one, other]) expect(distance).toBeLessThanOrEqual(asked);
    // Both are within the stated distance over α of the one minimiser.
    const apart = Math.sqrt(squaredDistance(one.W, other.W));
    expect(apart).toBeLessThanOrEqual((one.distance + other.distance) / problem.alpha + 1e-9);
  });

  it('has the limit of proximal gradient descent, or the closed form', async () => {
    const problem = problemOf({ units: 3, inputs: 4, scale: (j) => 1 + j, seed: 7 });
    const { W } = await solveFully(problem, r);
    expectClose(W.data, oracle(problem, r).data, { relative: 1e-6, absolute: 1e-7 });
  });
});

/** Elimination where r is quadratic, else long proximal gradient descent with a step of at most 1/tr H, on W and b together; slow and obvious. */
function oracle(problem: CompositeProblem, r: Weighted): Matrix {
  const H = symmetric(problem);
  const [units, d] = problem.previous.W.shape;
  let trace = 0;
  for (let j = 0; j <= d; j++) trace += H.data[j * (d + 1) + j]!;
  const G = transposed(problem.right);
  const { curvature } = r.term.properties;
  if (curvature !== undefined) {
    const system = matrix(d + 1, d + 1, H.data.slice());
    for (let j = 0; j < d; j++) system.data[j * (d + 1) + j]! += r.weight * curvature;
    return o.columns(transposed(eliminate(system, problem.right)), 0, d) as Matrix;
  }
  let x: Matrix = matrix(units, d + 1, new Float64Array(units * (d + 1)));
  for (let k = 0; k < 20_000; k++) {
    const z = o.sub(x, o.mul(o.scalar(1 / trace), o.sub(o.product(x, H), G)));
    const W = r.term.prox(o, o.columns(z, 0, d), o.scalar(r.weight / trace)) as Matrix;
    x = join({ W, b: vector(Float64Array.from(o.columns(z, d, d + 1).data)) });
  }
  return o.columns(x, 0, d) as Matrix;
}

describe('known answers', () => {
  /** H = (1 + α) I without coupling to the bias. */
  function orthogonal(): CompositeProblem {
    const random = draw(11);
    const [units, inputs, alpha] = [5, 8, 0.25];
    const system = matrix(inputs + 1, inputs + 1, new Float64Array((inputs + 1) ** 2));
    for (let j = 0; j <= inputs; j++) system.data[j * (inputs + 2)] = 1 + alpha;
    return {
      system,
      right: random.matrix(inputs + 1, units),
      previous: { W: random.matrix(units, inputs), b: vector(random.tensor([units]).data) },
      alpha,
    };
  }

  it.each(['l1', 'elasticNet', 'nonnegative', 'box', 'l1Ball'])(
    'on an orthogonal design is the prox of the unregularised solution: %s',
    async (name) => {
      const problem = orthogonal();
      const r = weighted(name, 0.3);
      const free = o.mul(o.scalar(1 / 1.25), transposed(problem.right));
      const expected = r.term.prox(o, o.columns(free, 0, 8), o.scalar(0.3 / 1.25));
      const { W, b } = await solveFully(problem, r);
      expectClose(W.data, expected.data, { relative: 1e-9, absolute: 1e-9 });
      expectClose(b.data, o.columns(free, 8, 9).data, { relative: 1e-12, absolute: 1e-12 });
      expect([...W.data].map((w) => w === 0)).toEqual([...expected.data].map((w) => w === 0));
    },
  );

  it('a large weight of l1 gives exact zeros and the bias that is left', async () => {
    const problem = problemOf({ seed: 12 });
    const { W, b } = await solve(problem, weighted('l1', 1e7));
    expect(W.data.every((w) => w === 0)).toBe(true);
    const [wide, units] = problem.right.shape;
    const eta = problem.system.data[wide * wide - 1]!;
    const bias = problem.right.data.subarray((wide - 1) * units).map((total) => total / eta);
    expectClose(b.data, bias, { relative: 1e-12, absolute: 1e-12 });
  });

  it('rows of an l1 ball that binds are on its boundary', async () => {
    const { W } = await solveFully(problemOf({ seed: 13 }), weighted('l1Ball(0.05)', 1));
    expectClose(o.sum(absolute(o, W), 1).data, new Array(6).fill(0.05), { relative: 1e-9, absolute: 0 });
  });

  it('uses inverses that it is given and adds those that it makes', async () => {
    const problem = problemOf({ seed: 14 });
    const inverses = new Map<number, Matrix>();
    const r = weighted('l1', 3);
    const first = await solve({ ...problem, inverses }, r);
    expect(inverses.size).toBeGreaterThan(0);
    const known = [...inverses.keys()];
    const second = await solve({ ...problem, inverses }, r);
    expect([...inverses.keys()]).toEqual(known);
    expect(second).toEqual(first);
  });
});

describe('largestEigenvalueBound', () => {
  it.each([1, 2, 7, 40])('is above the largest eigenvalue by at most d^(1/64), d = %d', async (d) => {
    const bound = await largestEigenvalueBound(engine);
    const random = draw(d);
    for (const rank of [1, 3, d]) {
      const factor = random.matrix(d, rank);
      const a = o.product(factor, factor, { transposeB: true }) as Matrix;
      let [x, largest] = [random.matrix(d, 1) as Matrix, 0];
      for (let k = 0; k < 3000; k++) {
        const next = o.product(a, x) as Matrix;
        largest = Math.hypot(...next.data) / Math.hypot(...x.data);
        x = matrix(d, 1, next.data.map((value) => value / largest) as Float64Array);
      }
      const value = await bound(a);
      expect(value).toBeGreaterThanOrEqual(largest);
      expect(value).toBeLessThanOrEqual(largest * d ** (1 / 64) * (1 + 1e-8));
    }
    expect(await bound(matrix(d, d, new Float64Array(d * d)))).toBe(0);
  });
});
