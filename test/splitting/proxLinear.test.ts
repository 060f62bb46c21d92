import { afterAll, describe, expect, it } from 'vitest';
import type { Recurrence } from '../../src/algebra/engine.ts';
import { type Matrix, matrix, squaredNorm, type Tensor, transpose } from '../../src/algebra/tensor.ts';
import { batchObjective } from '../../src/baselines/batchObjective.ts';
import { gradients } from '../../src/baselines/reverse.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { identity } from '../../src/problem/activations/identity.ts';
import { polynomial } from '../../src/problem/activations/polynomial.ts';
import { relu } from '../../src/problem/activations/relu.ts';
import { tanh } from '../../src/problem/activations/tanh.ts';
import { exponential } from '../../src/problem/losses/exponential.ts';
import { hinge } from '../../src/problem/losses/hinge.ts';
import { losses } from '../../src/problem/losses/index.ts';
import { softmaxCrossEntropy } from '../../src/problem/losses/softmaxCrossEntropy.ts';
import { squared } from '../../src/problem/losses/squared.ts';
import {
  activationOf,
  depth,
  gammaOf,
  hasSkip,
  layers,
  type Problem,
  shapesOf,
} from '../../src/problem/problem.ts';
import { regularizers } from '../../src/problem/regularizers/index.ts';
import type { BatchSettings } from '../../src/splitting/batchMethod.ts';
import { inverseError } from '../../src/splitting/blocks/newtonInverse.ts';
import { proximalLeastSquares } from '../../src/splitting/blocks/proximalLeastSquares.ts';
import { proxLinear } from '../../src/splitting/proxLinear.ts';
import { expectLoopAgreement } from '../engine/evaluate.ts';
import { onnx, precisions } from '../engine/onnxEngines.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { proximalRidge, withOnes } from '../oracle/proximalRidge.ts';
import { branching, type ProblemOptions, problemOf } from '../problem/smallProblems.ts';
import { closedForm, firstOrder, inequalitySlack } from '../tolerance.ts';
import {
  type BatchCase,
  batchCases,
  batchSettings,
  batchValues,
  networks,
  number,
  parametersOf,
} from './batchCases.ts';
import { emptyMemory } from './batchRuns.ts';
import { type PlainProblem, plainProxLinear } from './plainProxLinear.ts';

type Values = Readonly<Record<string, Tensor>>;

const take = (problem: Problem, settings: BatchSettings, x: Values, progress = 0): Values =>
  proxLinear.step(o, problem, settings, {
    x: { ...firstMemory(problem), ...x },
    count: number(0),
    progress: number(progress),
  });

/** What is kept before the first step. */
const firstMemory = (problem: Problem): Values => emptyMemory(proxLinear, problem, 'float64');

/** (ΔW, Δb)ᵀ of a layer, `[d + 1, r]`. */
function moveOf(x: Values, next: Values, layer: number): Matrix {
  const W = transpose(o.sub(next[`W${layer}`]!, x[`W${layer}`]!) as Matrix);
  const b = o.sub(next[`b${layer}`]!, x[`b${layer}`]!);
  return matrix(W.shape[0] + 1, W.shape[1], Float64Array.of(...W.data, ...b.data));
}

/** (ΔW, Δb)ᵀ, to the accuracy of the step, with which its other formulas must agree to the last digits. */
function leastSquares(V: Matrix, E: Matrix, c: number): Matrix {
  const [samples, inputs] = V.shape;
  const { W, b } = proximalLeastSquares(o, V, E, o.scalar(c), { samples, inputs });
  return matrix(inputs + 1, E.shape[1], Float64Array.of(...transpose(W as Matrix).data, ...b.data));
}

describe('one linear layer with the squared loss', () => {
  const [gamma, alpha, m] = [0.5, 3, 30];

  it.each([0, 0.75])('takes the step of proximal ridge regression, at progress %d', (progress) => {
    for (const inputs of [1, 5, 40]) {
      const problem = problemOf(identity, squared, {
        formulation: 'two-splitting',
        widths: [inputs, 2],
        gamma,
      });
      const x = batchValues(problem, m, inputs);
      // V_1 is a mean of Y and the outputs P, and V_1 − P is (Y − P)/(1 + γ).
      const P = o.product(x.V0!, x.W1!, { transposeB: true, plus: x.b1! });
      const gap = o.mul(o.sub(x.Y!, P), o.scalar(1 / (1 + gamma)));
      // In proportion to the eigenvalues.
      const weight = alpha * (squaredNorm(x.V0!) + m);
      const settings = batchSettings({
        alpha: { V: [1], U: [1], W: [weight * gamma * Math.sqrt(1 - progress)] },
        batch: m,
      });
      const move = moveOf(x, take(problem, settings, x, progress), 1);
      const expected = proximalRidge(x.V0 as Matrix, gap, weight);
      const distance = Math.sqrt(squaredNorm(o.sub(move, expected)));
      expect(distance).toBeLessThan(inverseError * Math.sqrt(squaredNorm(expected)));
    }
  });
});

describe('a step of a relu network is that of the formulas, sample by sample', () => {
  /** The prox of the squared loss, and the prox-linear step of the softmax cross-entropy. */
  const pulls = {
    'squared, proximal':
      (gamma: number): PlainProblem['pulled'] =>
      (p, y) =>
        p.map((value, k) => (gamma * value + y[k]!) / (gamma + 1)),
    'softmaxCrossEntropy, proxLinear':
      (gamma: number): PlainProblem['pulled'] =>
      (p, y) => {
        const total = p.reduce((sum, value) => sum + Math.exp(value), 0);
        return p.map((value, k) => value - (Math.exp(value) / total - y[k]!) / gamma);
      },
  };
  const cases = Object.entries(pulls).flatMap(([name, pulled]) =>
    networks.map((options) => ({ name: options.residual ? `${name}, residual` : name, pulled, options })),
  );

  it.each(cases)('$name', ({ name, pulled, options }) => {
    const loss = losses.find((one) => name.startsWith(one.name))!;
    const outputUpdate = name.includes('proxLinear') ? 'proxLinear' : 'proximal';
    const problem = problemOf(relu, loss, options);
    const m = 4;
    const alphas = [0.5, 3, 1, 2].slice(0, depth(problem));
    const settings = batchSettings({ alpha: { V: [7], U: [7], W: alphas }, outputUpdate, batch: m });
    for (const progress of [0, 0.5]) {
      const x = batchValues(problem, m, 3);
      const next = take(problem, settings, x, progress);
      const plain = plainProxLinear({
        W: layers(problem).map((i) => rowsOf(x[`W${i}`]!)),
        b: layers(problem).map((i) => [...x[`b${i}`]!.data]),
        X: rowsOf(x.V0!),
        Y: rowsOf(x.Y!),
        gamma: problem.gamma,
        alpha: alphas.map((alpha) => alpha / Math.sqrt(1 - progress)),
        skips: problem.skips,
        pulled: pulled(problem.gamma.at(-1)!),
        leastSquares,
      });
      for (const i of layers(problem)) {
        expectClose(next[`W${i}`]!.data, plain.W[i - 1]!, closedForm, `W${i}`);
        expectClose(next[`b${i}`]!.data, plain.b[i - 1]!, closedForm, `b${i}`);
        expect(squaredNorm(moveOf(x, next, i)), `movement of W${i}`).toBeGreaterThan(1e-6);
      }
    }
  });
});

describe('as alpha grows, the weights move against the gradient of the loss', () => {
  const all: readonly ProblemOptions[] = [
    ...networks,
    { formulation: 'two-splitting', widths: [4, 4, 3, 4, 2], gamma: [0.5, 2, 1.3, 0.8], inputs: branching },
  ];

  it.each(all)('%o', (options) => {
    // The linearised pulls carry the gradient from layer to layer, and for a small step the least squares are one step of descent.
    const [m, alpha] = [6, 1e7];
    const problem = problemOf(tanh, softmaxCrossEntropy, options);
    const settings = batchSettings({
      alpha: { V: [1], U: [1], W: [alpha] },
      outputUpdate: 'proxLinear',
      batch: m,
    });
    const x = batchValues(problem, m, 5);
    const next = take(problem, settings, x);
    const names = parametersOf(problem);
    const shapes = shapesOf(problem, ['V0', 'Y', ...names]);
    const { gradients: g } = gradients(
      o,
      (tape, values) => batchObjective(tape, problem, { batch: 1, share: 1 }, values),
      x,
      shapes,
      names,
    );
    for (const name of names) {
      const moved = o.mul(o.scalar(-alpha), o.sub(next[name]!, x[name]!));
      expectClose(moved.data, g[name]!.data, firstOrder, name);
    }
  });
});

function rowsOf({ shape: [rows, columns], data }: Tensor): number[][] {
  return Array.from({ length: rows! }, (_, i) => [...data.subarray(i * columns!, (i + 1) * columns!)]);
}

/** V_{i−1} and E of every layer: the least-squares problems of the weights. */
function blocksOf({ problem, outputUpdate }: BatchCase, x: Values): { V: Matrix; E: Tensor }[] {
  const N = depth(problem);
  const states = [x.V0!];
  const Z = layers(problem).map((i) => {
    const z = o.product(states[i - 1]!, x[`W${i}`]!, { transposeB: true, plus: x[`b${i}`]! });
    const sigma = activationOf(problem, i).value(o, z);
    states.push(hasSkip(problem, i) ? o.add(sigma, states[i - 1]!) : sigma);
    return z;
  });
  const [P, gamma] = [states[N]!, gammaOf(problem, N)];
  const gradient = problem.loss.subdifferential(o, P, x.Y!).lower;
  const pulled =
    outputUpdate === 'proximal'
      ? problem.loss.prox(o, P, x.Y!, 1 / gamma)
      : o.sub(P, o.mul(gradient, o.scalar(1 / gamma)));
  let moved = o.sub(pulled, P);
  const blocks: { V: Matrix; E: Tensor }[] = [];
  for (const i of layers(problem).toReversed()) {
    const { properties, subdifferential } = activationOf(problem, i);
    const along = o.mul(moved, subdifferential(o, Z[i - 1]!).lower);
    const E = o.mul(along, o.scalar(1 / properties.lipschitz! ** 2));
    blocks.unshift({ V: states[i - 1] as Matrix, E });
    if (i === 1) break;
    const back = o.product(along, x[`W${i}`]!);
    const ratio = o.scalar(gammaOf(problem, i) / gammaOf(problem, i - 1));
    moved = o.mul(ratio, hasSkip(problem, i) ? o.add(back, moved) : back);
  }
  return blocks;
}

describe.each([1e-4, 0.3, 5])(
  'the weight blocks of a step near their minimisers, alpha times %d',
  (share) => {
    const m = 12;

    it.each(batchCases)('$name', (one) => {
      const { problem, outputUpdate } = one;
      const x = batchValues(problem, m, 5);
      const blocks = blocksOf(one, x);
      const c = blocks.map(({ V }) => share * (squaredNorm(V) + m));
      const curvatures = problem.activations.map(({ properties }) => properties.lipschitz! ** 2);
      const W = c.map((value, i) => value * curvatures[i]! * problem.gamma[i]!);
      const settings = batchSettings({ alpha: { V: [7], U: [7], W }, outputUpdate, batch: m });
      const next = take(problem, settings, x);
      for (const [i, { V, E }] of blocks.entries()) {
        const move = moveOf(x, next, i + 1);
        const value = (step: Matrix): number =>
          squaredNorm(o.sub(E, o.product(withOnes(V), step))) + c[i]! * squaredNorm(step);
        const [before, after, least] = [squaredNorm(E), value(move), value(proximalRidge(V, E, c[i]!))];
        expect(before, `E${i + 1}`).toBeGreaterThan(0);
        expect(after, `W${i + 1}`).toBeLessThanOrEqual(before + inequalitySlack(before));
        // Of all that can be gained.
        expect(after - least, `W${i + 1}`).toBeLessThanOrEqual(
          inverseError ** 2 * (before - least) + inequalitySlack(before),
        );
      }
    });
  },
);

/** Steps of proxLinear as a program. */
function recurrenceOf(name: string, problem: Problem, settings: BatchSettings): Recurrence {
  return {
    name,
    state: { ...shapesOf(problem, parametersOf(problem)), ...proxLinear.memory(problem) },
    inputs: { ...shapesOf(problem, ['V0', 'Y']), progress: [] },
    step: (ops, state, { progress, ...data }) => ({
      state: proxLinear.step(ops, problem, settings, {
        x: { ...state, ...data },
        count: ops.scalar(0),
        progress: progress!,
      }),
      outputs: { done: progress! },
    }),
  };
}

describe.each(precisions)('steps in %s ONNX are those of the reference', (precision) => {
  const engine = onnx(precision);
  afterAll(() => engine.dispose());
  const steps = 3;
  // Short enough for a system to keep half of its digits.
  const settings = batchSettings({ alpha: { V: [7], U: [7], W: [20] } });

  /** A batch for each step. */
  function batchesOf(problem: Problem, m: number): Values {
    const batches = Array.from({ length: steps }, (_, k) => batchValues(problem, m, 20 + k));
    const joined = (name: string): Tensor => ({
      shape: [steps, ...batches[0]![name]!.shape],
      data: Float64Array.from(batches.flatMap((batch) => [...batch[name]!.data])),
    });
    const progress = { shape: [steps], data: Float64Array.of(0, 0.5, 0.75) };
    return { V0: joined('V0'), Y: joined('Y'), progress };
  }

  async function expectSteps(name: string, problem: Problem, settings: BatchSettings): Promise<void> {
    const { V0: _, Y: __, ...first } = batchValues(problem, settings.batch, 6);
    const before = { ...first, ...firstMemory(problem) };
    const recurrence = recurrenceOf(name, problem, settings);
    await expectLoopAgreement(engine, recurrence, before, batchesOf(problem, settings.batch), settings.batch);
  }

  const some = batchCases.filter(
    ({ problem, name }) => problem.activations[0] === relu || name.includes('squared, proximal'),
  );

  it.each(some)('of $name', async ({ name, problem, outputUpdate }) => {
    for (const batch of [4, 16]) await expectSteps(name, problem, { ...settings, batch, outputUpdate });
  });

  it.each(regularizers)('with $name on the weights', async ({ name }) => {
    const problem = problemOf(relu, softmaxCrossEntropy, { ...networks[0], weights: [name, 0.2] });
    await expectSteps(name, problem, { ...settings, batch: 8, outputUpdate: 'proxLinear', share: 0.5 });
  });
});

describe('the weight regularizer', () => {
  const [lambda, share, alpha] = [0.4, 0.25, 2];
  const plain = problemOf(relu, squared, networks[0]);
  const settings = batchSettings({ share });
  const progresses = [0, 0.5, 0.75];

  /** Three steps with the term; each against its formula, from the step without the term at the same weights. */
  it.each(regularizers)('$name acts after the step, by its prox with its share of the batch', (term) => {
    const problem = { ...plain, weightRegularizer: { term, weight: lambda } };
    const quadratic = term.properties.curvature !== undefined;
    const { V0, Y, ...first } = batchValues(plain, settings.batch, 9);
    let x: Values = { V0: V0!, Y: Y!, ...first };
    const dense = layers(plain).map((i) => x[`W${i}`]!);
    let threshold = 0;
    for (const progress of progresses) {
      const without = take(plain, settings, x, progress);
      const next = take(problem, settings, x, progress);
      const step = (share * lambda * Math.sqrt(1 - progress)) / alpha;
      threshold += step;
      for (const i of layers(plain)) {
        const W = `W${i}`;
        dense[i - 1] = o.add(dense[i - 1]!, o.sub(without[W]!, x[W]!));
        const expected = quadratic
          ? term.prox(o, without[W]!, o.scalar(step))
          : term.prox(o, dense[i - 1]!, o.scalar(threshold));
        expectClose(next[W]!.data, expected.data, closedForm, W);
        expect(next[`b${i}`]!.data).toEqual(without[`b${i}`]!.data);
        // With weight 0 there is none, not even a constraint.
        const nothing = take({ ...plain, weightRegularizer: { term, weight: 0 } }, settings, x, progress);
        expect(nothing[W]!.data).toEqual(without[W]!.data);
      }
      x = { ...x, ...next };
    }
  });

  it('leaves the last layer as it is where that is spared', () => {
    const x = batchValues(plain, settings.batch, 9);
    const weightRegularizer = { term: regularizers.find(({ name }) => name === 'l1')!, weight: 100 };
    const problem = { ...plain, weightRegularizer, sparesOutput: true };
    const [without, next] = [take(plain, settings, x), take(problem, settings, x)];
    const N = depth(plain);
    expect(next[`W${N}`]!.data).toEqual(without[`W${N}`]!.data);
    expect(next.W1!.data.every((value) => value === 0)).toBe(true);
  });
});

describe('a step', () => {
  const problem = problemOf(relu, softmaxCrossEntropy, networks[0]);
  const settings = batchSettings({ batch: 8, outputUpdate: 'proxLinear' });
  const x = batchValues(problem, 8, 10);

  it('is the shorter, the more of the run is done', () => {
    const lengths = [0, 0.3, 0.6, 0.9, 0.999].map((progress) => {
      const next = take(problem, settings, x, progress);
      return layers(problem).map((i) => squaredNorm(moveOf(x, next, i)));
    });
    for (const i of layers(problem))
      for (let k = 1; k < lengths.length; k++)
        expect(lengths[k]![i - 1]).toBeLessThan(lengths[k - 1]![i - 1]!);
  });

  it('is the same after however many steps, and whatever alpha the states have', () => {
    const next = take(problem, settings, x, 0.3);
    const other = { ...settings, alpha: { ...settings.alpha, V: [0.1], U: [100] } };
    const given = { x, count: number(1000), progress: number(0.3) };
    expect(proxLinear.step(o, problem, other, given)).toEqual(next);
  });

  it('gives the weights and biases in their shapes, and leaves what it is given as it was', () => {
    const before = structuredClone(x);
    const next = take(problem, settings, x);
    expect(x).toEqual(before);
    const shapes = shapesOf(problem, parametersOf(problem));
    expect(Object.keys(next).sort()).toEqual(Object.keys(shapes).sort());
    for (const [name, shape] of Object.entries(shapes)) expect(next[name]!.shape, name).toEqual(shape);
    expect(proxLinear.memory(problem)).toEqual({});
  });

  it('does not move where the targets are met', () => {
    const linear = problemOf(relu, squared, networks[0]);
    const { Y: _, ...rest } = batchValues(linear, 5, 11);
    let V = rest.V0!;
    for (const i of layers(linear))
      V = activationOf(linear, i).value(
        o,
        o.product(V, rest[`W${i}`]!, { transposeB: true, plus: rest[`b${i}`]! }),
      );
    const met: Values = { ...rest, Y: V };
    // The mean of the outputs and themselves rounds.
    const next = take(linear, batchSettings({ batch: 5 }), met);
    for (const name of parametersOf(linear)) expectClose(next[name]!.data, met[name]!.data, closedForm, name);
  });

  it('has no use for units that are dead: their weights stay', () => {
    const dead: Values = { ...x, b1: { shape: [4], data: Float64Array.of(-1e3, 0.1, 0.1, 0.1) } };
    const next = take(problem, settings, dead);
    expect([...next.W1!.data.subarray(0, 3)]).toEqual([...dead.W1!.data.subarray(0, 3)]);
    expect(next.b1!.data[0]).toBe(-1e3);
    for (const name of parametersOf(problem))
      expect(next[name]!.data.every(Number.isFinite), name).toBe(true);
  });
});

describe('proxLinear refuses, in a sentence,', () => {
  const refusal = (problem: Problem, outputUpdate: BatchSettings['outputUpdate'] = 'proximal') =>
    proxLinear.refuse(problem, batchSettings({ outputUpdate }));
  const sentence = /^[A-Za-z][^\n]*: use [^\n]*\.$/;

  it.each(regularizers)('the state regularizer $name', ({ name }) => {
    const said = refusal(problemOf(relu, squared, { states: [name, 0.1] }));
    expect(said).toMatch(sentence);
    expect(said).toMatch(/regularizer on them/);
    expect(refusal(problemOf(relu, squared, { states: [name, 0] }))).toBeUndefined();
  });

  it('an activation whose slopes have no bound, by its name', () => {
    const said = refusal(problemOf(polynomial, squared));
    expect(said).toMatch(sentence);
    expect(said).toContain('polynomial');
    const line = polynomial.family!.make(1, 2, 0);
    expect(refusal(problemOf(line, squared))).toBeUndefined();
  });

  it.each(losses)('the linearised $name where its gradient has no Lipschitz constant', (loss) => {
    const said = refusal(problemOf(relu, loss), 'proxLinear');
    if (loss.properties.gradientLipschitz !== undefined) expect(said).toBeUndefined();
    else {
      expect(said).toMatch(sentence);
      expect(said).toContain(loss.name);
    }
    expect(refusal(problemOf(relu, loss))).toBeUndefined();
  });

  it('the linearised hinge and exponential among them', () => {
    for (const loss of [hinge, exponential])
      expect(refusal(problemOf(relu, loss), 'proxLinear')).toBe(
        `The prox-linear update needs a loss whose gradient is Lipschitz continuous, and that of ${loss.name} is not: use the proximal update.`,
      );
  });
});
