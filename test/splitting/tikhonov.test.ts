import { afterAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/algebra/engine.ts';
import { totalOf as totalOfSamples } from '../../src/algebra/ops.ts';
import { chunksOf, viewSamples } from '../../src/algebra/samples.ts';
import type { Tensor } from '../../src/algebra/tensor.ts';
import { type Matrix, toPrecision } from '../../src/algebra/tensor.ts';
import { gradients } from '../../src/baselines/reverse.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { relu } from '../../src/problem/activations/relu.ts';
import { hiddenGradient } from '../../src/problem/lifted.ts';
import { softmaxCrossEntropy } from '../../src/problem/losses/softmaxCrossEntropy.ts';
import { squared } from '../../src/problem/losses/squared.ts';
import { forwardStates, negativePart, objectiveTerms, preactivation } from '../../src/problem/objective.ts';
import {
  gammaOf,
  layers,
  type Problem,
  shapesOf,
  stateNames,
  weightNames,
} from '../../src/problem/problem.ts';
import { tikhonovMatrix } from '../../src/problem/tikhonovMatrix.ts';
import { hiddenCurvature } from '../../src/splitting/blocks/curvature.ts';
import { jointStatesBlock, stateAccuracy } from '../../src/splitting/blocks/jointStates.ts';
import type { State } from '../../src/splitting/descent.ts';
import { fenchel } from '../../src/splitting/fenchel.ts';
import { relaxationNamed } from '../../src/splitting/relaxation.ts';
import { tikhonov } from '../../src/splitting/tikhonov.ts';
import { onnx } from '../engine/onnxEngines.ts';
import { draw } from '../oracle/draw.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { branching, problemOf, randomVariables } from '../problem/smallProblems.ts';
import { closedForm, inequalitySlack } from '../tolerance.ts';
import { descend, ones, totalOf, valuesOf } from './cases.ts';

/** A chain, and a net with layers that are given several others. */
const problems: readonly { readonly name: string; readonly problem: Problem }[] = [
  {
    name: 'a chain',
    problem: problemOf(relu, squared, { formulation: 'lifted', widths: [3, 4, 5, 2], gamma: [0.3, 2, 1] }),
  },
  {
    name: 'several inputs',
    problem: problemOf(relu, softmaxCrossEntropy, {
      formulation: 'lifted',
      widths: [4, 4, 3, 4, 2],
      gamma: [0.5, 0.1, 2, 1],
      inputs: branching.map((inputs, i) => (i === 3 ? { learned: [3], added: [] } : inputs)),
    }),
  },
];
const samples = 6;
/** The same problems under the objective of each method on a lifted relu. */
const lifted = [tikhonov, fenchel].flatMap((method) =>
  problems.map(({ name, problem }) => ({
    name: `${name}, ${method.formulation}`,
    method,
    problem: { ...problem, formulation: method.formulation },
  })),
);

/** Random weights and states of the lifted constraint, V ≥ 0. */
function feasibleVariables(problem: Problem, n = samples, seed = 3): Record<string, Tensor> {
  const x = randomVariables({ ...problem, formulation: 'two-splitting' }, n, seed);
  for (const name of stateNames(problem)) x[name] = o.relu(x[name]!);
  return x;
}

const objective = (problem: Problem, x: Readonly<Record<string, Tensor>>): number =>
  objectiveTerms(problem).reduce((sum, term) => sum + total(term.value(o, x)), 0);

/**
 * The objective with the negative parts M_n of the Fenchel-lifted one as they are at `before`:
 * γ/2 (‖V + M − z‖² − 2 ⟨V, M⟩) = γ/2 (‖V − z‖² + ‖M‖² − 2 ⟨M, z⟩).
 */
function bound(
  problem: Problem,
  before: Readonly<Record<string, Tensor>>,
  x: Readonly<Record<string, Tensor>>,
): number {
  if (problem.formulation === 'lifted') return objective(problem, x);
  const fixed = stateNames(problem).map((_, k) => {
    const M = negativePart(o, before, problem, k + 1);
    const z = preactivation(o, x, problem, k + 1);
    return gammaOf(problem, k + 1) * (total(o.mul(M, M)) / 2 - total(o.mul(M, z)));
  });
  return objective({ ...problem, formulation: 'lifted' }, x) + fixed.reduce((a, b) => a + b, 0);
}

function stateOf(engine: Engine, problem: Problem, rows: number): State {
  const x = feasibleVariables(problem, 12);
  const chunks = chunksOf(12, rows);
  // A pass takes the memory of a chunk for the next one: every chunk has its own.
  const of = (name: string): [string, State['samples'][string]] => {
    const { width, chunks: views } = viewSamples(
      chunks,
      toPrecision(x[name] as Matrix, engine.precision),
      engine.precision,
    );
    return [name, { width, chunks: views.map((view) => view.slice()) }];
  };
  return {
    chunks,
    samples: Object.fromEntries(['V0', 'Y', ...stateNames(problem)].map(of)),
    weights: layers(problem).map((i) => ({
      W: toPrecision(x[`W${i}`] as Matrix, engine.precision),
      b: toPrecision(x[`b${i}`]!, engine.precision),
    })),
  };
}

describe.each(lifted)('the objective of $name', ({ problem }) => {
  it('has the gradient by its states that reverse mode finds', () => {
    const x = feasibleVariables(problem);
    const names = stateNames(problem);
    const shapes = shapesOf(problem, ['V0', 'Y', ...names, ...weightNames(problem)]);
    const { gradients: g } = gradients(
      o,
      (tape, values) =>
        objectiveTerms(problem)
          .map((term) => totalOfSamples(tape, term.value(tape, values)))
          .reduce((a, b) => tape.add(a, b)),
      x,
      shapes,
      names,
    );
    const slope = (inner: typeof o, z: Tensor): Tensor => problem.loss.subdifferential(inner, z, x.Y!).lower;
    const found = hiddenGradient(
      o,
      problem,
      x,
      slope,
    )(
      o,
      names.map((name) => x[name]!),
    );
    for (const [k, name] of names.entries()) expectClose(found[k]!.data, g[name]!.data, closedForm, name);
  });
});

describe.each(problems)('the lifted objective of $name', ({ problem }) => {
  it('is a Tikhonov regularised one (Proposition 1)', () => {
    const x = feasibleVariables(problem);
    const weights = layers(problem).map((i) => ({ W: x[`W${i}`] as Matrix, b: x[`b${i}`]! }));
    const { gamma, Q, columns } = tikhonovMatrix(problem, weights);
    const D = Q.shape[0];
    const coupling = objectiveTerms(problem).filter(({ name }) => name !== 'loss');
    for (let j = 0; j < samples; j++) {
      const u = new Float64Array(D);
      for (const [name, column] of Object.entries(columns)) {
        const width = x[name]?.shape[1] ?? 1;
        for (let k = 0; k < width; k++) u[column + k] = x[name]?.data[j * width + k] ?? 1;
      }
      const value = coupling.reduce((sum, term) => sum + term.value(o, x).data[j]!, 0);
      const row: Matrix = { shape: [1, D], data: u };
      expectClose([total(o.mul(row, o.product(row, Q))) / 2], [value], closedForm);
      const image = o.product(row, gamma, { transposeB: true });
      expectClose([total(o.mul(image, image)) / 2], [value], closedForm);
    }
  });

  it('is convex in each block (Proposition 2)', () => {
    const [a, b] = [
      feasibleVariables(problem),
      randomVariables({ ...problem, formulation: 'two-splitting' }, samples, 8),
    ];
    const N = problem.widths.length - 1;
    const blocks = [
      stateNames(problem),
      [`W${N}`, `b${N}`],
      layers(problem)
        .slice(0, -1)
        .flatMap((i) => [`W${i}`, `b${i}`]),
    ];
    for (const block of blocks) {
      const at = (t: number): number => {
        const moved = block.map(
          (name) => [name, o.add(o.mul(o.scalar(1 - t), a[name]!), o.mul(o.scalar(t), b[name]!))] as const,
        );
        return objective(problem, { ...a, ...Object.fromEntries(moved) });
      };
      for (const t of [0.1, 0.5, 0.8]) {
        const chord = (1 - t) * at(0) + t * at(1);
        expect(at(t)).toBeLessThanOrEqual(chord + inequalitySlack(chord));
      }
    }
  });

  it('has a curvature that no direction of the states exceeds', async () => {
    const x = feasibleVariables(problem);
    const W = layers(problem).map((i) => x[`W${i}`] as Matrix);
    const curvature = async (part: 'couplings' | 'loss'): Promise<number> => {
      const make = await hiddenCurvature(problem, part).prepare(referenceEngine());
      return (await make(W, 1)).data[0]!;
    };
    const L = (await curvature('couplings')) + (await curvature('loss'));
    const names = stateNames(problem);
    const zeros = Object.fromEntries(
      weightNames(problem)
        .filter((name) => name.startsWith('b'))
        .map((name) => [name, o.scalar(0)]),
    );
    const image = hiddenGradient(o, problem, { ...x, ...zeros, V0: o.mul(o.scalar(0), x.V0!) }, (inner, z) =>
      inner.mul(inner.scalar(problem.loss.properties.gradientLipschitz!), z),
    )(
      o,
      names.map((name) => x[name]!),
    );
    const product = names.reduce((sum, name, k) => sum + total(o.mul(x[name]!, image[k]!)), 0);
    const norm = names.reduce((sum, name) => sum + total(o.mul(x[name]!, x[name]!)), 0);
    expect(product / norm).toBeLessThanOrEqual(L);
    expect(product / norm).toBeGreaterThan(L / 100);
  });
});

describe.each(lifted)('the objective of $name', ({ problem }) => {
  it('is lowered by joint states that come near to the minimiser', async () => {
    const engine = referenceEngine();
    const state = stateOf(engine, problem, 5);
    const before = valuesOf(state);
    const block = jointStatesBlock(problem, 0.7, undefined);
    const { inner, movement } = await (await descend(engine, problem, [block], state)).sweep();
    // The stopping rule of each sample, squared and summed.
    const way = stateNames(problem).reduce((sum, name) => sum + movement[name]!, 0);
    expect(inner!.V!.residual).toBeGreaterThan(0);
    expect(inner!.V!.residual).toBeLessThanOrEqual(stateAccuracy * 0.7 * Math.sqrt(way) * (1 + 1e-9));
    expect(inner!.V!.rounds).toBeGreaterThan(1);
    expect(inner!.V!.rounds).toBeLessThanOrEqual(200);
    const after = valuesOf(state);
    const names = stateNames(problem);
    const cost = (x: Readonly<Record<string, Tensor>>): number =>
      bound(problem, before, x) +
      names.reduce((sum, name) => {
        const move = o.sub(x[name]!, before[name]!);
        return sum + 0.35 * total(o.mul(move, move));
      }, 0);
    // The oracle: plain projected gradient steps, thousands of them.
    let x: Record<string, Tensor> = { ...before };
    const slope = (inner: typeof o, z: Tensor): Tensor =>
      problem.loss.subdifferential(inner, z, before.Y!).lower;
    const gradient = hiddenGradient(o, problem, before, slope);
    for (let k = 0; k < 3000; k++) {
      const g = gradient(
        o,
        names.map((name) => x[name]!),
      );
      const next = names.map((name, i): [string, Tensor] => {
        const slopes = o.add(g[i]!, o.mul(o.scalar(0.7), o.sub(x[name]!, before[name]!)));
        return [name, o.relu(o.sub(x[name]!, o.mul(o.scalar(0.01), slopes)))];
      });
      x = { ...x, ...Object.fromEntries(next) };
    }
    const [start, best, reached] = [cost(before), cost(x), cost(after)];
    expect(best).toBeLessThan(start);
    // Of a ρ-strongly convex function, the distance to its least value is at most the squared residual over 2ρ.
    expect(reached - best).toBeLessThanOrEqual(inner!.V!.residual ** 2 / 1.4 + inequalitySlack(start));
    for (const name of names) expect(Math.min(...after[name]!.data)).toBeGreaterThanOrEqual(0);
  });
});

describe.each(lifted)('the joint states of $name', ({ problem }) => {
  it('take as few rounds beside a classifier of large weights', async () => {
    const N = problem.widths.length - 1;
    const roundsWith = async (factor: number): Promise<number> => {
      const state = stateOf(referenceEngine(), problem, 5);
      const W = state.weights[N - 1]!.W.data;
      for (let k = 0; k < W.length; k++) W[k]! *= factor;
      const block = jointStatesBlock(problem, 0.7, undefined);
      return (await (await descend(referenceEngine(), problem, [block], state)).sweep()).inner!.V!.rounds;
    };
    expect(await roundsWith(30)).toBeLessThanOrEqual((await roundsWith(1)) + 2);
  });
});

describe.each(lifted)('a sweep over $name', ({ method, problem }) => {
  const engine = onnx('float32');
  afterAll(() => engine.dispose());

  it.each(['0.5', '1/t^2', 'max(1/t^2,0.3)', '1,0.25'])(
    'descends by its constant with theta = %s',
    async (name) => {
      const settings = { ...ones, relaxation: relaxationNamed(name) };
      const descent = await descend(
        referenceEngine(),
        problem,
        method.blocks(problem, settings),
        stateOf(referenceEngine(), problem, 5),
      );
      let before = totalOf(await descent.measure());
      for (let k = 1; k <= 6; k++) {
        const moved = totalOf((await descent.sweep()).movement);
        const after = totalOf(await descent.measure());
        const a = method.descentConstant(problem, settings, k);
        expect(before - after, `sweep ${k}`).toBeGreaterThanOrEqual(a * moved - inequalitySlack(before));
        before = after;
      }
    },
  );

  it('gives the same states whatever the chunks', async () => {
    const [one, other] = [stateOf(referenceEngine(), problem, 12), stateOf(referenceEngine(), problem, 5)];
    for (const state of [one, other])
      await (await descend(referenceEngine(), problem, method.blocks(problem, ones), state)).sweep();
    const [a, b] = [valuesOf(one), valuesOf(other)];
    for (const name of Object.keys(a)) expectClose(a[name]!.data, b[name]!.data, closedForm, name);
  });

  it('is the same on ONNX', async () => {
    const [exact, single] = [stateOf(referenceEngine(), problem, 5), stateOf(engine, problem, 5)];
    await (await descend(referenceEngine(), problem, method.blocks(problem, ones), exact)).sweep();
    await (await descend(engine, problem, method.blocks(problem, ones), single)).sweep();
    const [a, b] = [valuesOf(exact), valuesOf(single)];
    // Rounding may let a sample take one round more or less.
    const loose = { relative: 1e-3, absolute: 1e-3 };
    for (const name of Object.keys(a)) expectClose(b[name]!.data, a[name]!.data, loose, name);
  });
});

describe.each(problems)('the Fenchel-lifted objective of $name', ({ problem: { ...rest } }) => {
  const problem: Problem = { ...rest, formulation: 'fenchel-lifted' };
  const coupling = (x: Readonly<Record<string, Tensor>>): number =>
    objectiveTerms(problem)
      .filter(({ name }) => name !== 'loss')
      .reduce((sum, term) => sum + total(term.value(o, x)), 0);

  it('charges nothing for the states of a forward pass, and something for any others', () => {
    const x = forwardStates(o, { ...problem, formulation: 'two-splitting' }, feasibleVariables(problem));
    expect(coupling(x)).toBeCloseTo(0, 12);
    const random = draw(4);
    for (const name of stateNames(problem)) {
      const moved = o.relu(o.add(x[name]!, random.matrix(samples, x[name]!.shape[1]!)));
      expect(coupling({ ...x, [name]: moved })).toBeGreaterThan(0.01);
    }
  });

  it('is the least of what its negative parts can make of the objective', () => {
    const [x, y] = [feasibleVariables(problem), feasibleVariables(problem, samples, 9)];
    const before = { ...x, ...Object.fromEntries(weightNames(problem).map((name) => [name, y[name]!])) };
    const least = objective(problem, x);
    expect(bound(problem, x, x)).toBeCloseTo(least, 10);
    expect(bound(problem, before, x)).toBeGreaterThan(least + 0.01);
  });
});

describe('theta', () => {
  it.each([
    ['1/t^2', [1, 1 / 4, 1 / 9], true],
    ['1/t', [1, 1 / 2, 1 / 3], false],
    ['1 / t^1.5', [1, 2 ** -1.5, 3 ** -1.5], true],
    ['0.5', [0.5, 0.5, 0.5], false],
    ['max(1/t^2, 0.2)', [1, 1 / 4, 0.2], false],
    ['1,0.5,0', [1, 0.5, 0, 0], true],
  ])('%s', (name, values, summable) => {
    const relaxation = relaxationNamed(name);
    for (const [k, value] of values.entries()) expect(relaxation.at(k + 1)).toBeCloseTo(value, 12);
    expect(relaxation.summable).toBe(summable);
  });

  it.each(['', 'x', '2', '-0.1', '1/t^0', 'max(1/t^2,1.5)', '1,,0.5', '0.5,2'])('cannot be "%s"', (name) => {
    expect(() => relaxationNamed(name)).toThrow(/is not a sequence theta_t from 0 to 1/);
  });
});

function total({ data }: Tensor): number {
  return Float64Array.from(data).reduce((sum, value) => sum + value, 0);
}
