import { afterAll, describe, expect, it } from 'vitest';
import type { Engine, Tensors } from '../../src/algebra/engine.ts';
import { type Matrix, matrix, toPrecision } from '../../src/algebra/tensor.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { trainers } from '../../src/estimator/trainers.ts';
import { feasibleWeights } from '../../src/models/feasible.ts';
import { forward, namedWeights } from '../../src/models/forward.ts';
import { relu } from '../../src/problem/activations/relu.ts';
import { losses } from '../../src/problem/losses/index.ts';
import { softmaxCrossEntropy } from '../../src/problem/losses/softmaxCrossEntropy.ts';
import { squared } from '../../src/problem/losses/squared.ts';
import { layers, type Problem } from '../../src/problem/problem.ts';
import { regularizers } from '../../src/problem/regularizers/index.ts';
import type { BatchMethod } from '../../src/splitting/batchMethod.ts';
import type { MiniBatchDescent } from '../../src/splitting/miniBatch.ts';
import { NotFinite } from '../../src/splitting/notFinite.ts';
import { proxLinear } from '../../src/splitting/proxLinear.ts';
import { onnx } from '../engine/onnxEngines.ts';
import { draw } from '../oracle/draw.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { exactValue } from '../problem/exactValue.ts';
import { problemOf, targetsOf } from '../problem/smallProblems.ts';
import { closedForm, engineAgreement } from '../tolerance.ts';
import { parametersOf } from './batchCases.ts';
import { type BatchRun, batchDescent, firstWeights, numbersIn } from './batchRuns.ts';

const engines = { reference: referenceEngine(), float32: onnx('float32'), float64: onnx('float64') };
const { reference } = engines;
afterAll(() => Promise.all(Object.values(engines).map((engine) => engine.dispose())));

const problem = problemOf(relu, softmaxCrossEntropy, { formulation: 'two-splitting', widths: [3, 5, 4, 2] });
const batchMethods = trainers.filter((method): method is BatchMethod => method.kind === 'batches');

/** After some sweeps of batches of 5 on 23 samples. */
async function swept(sweeps: number, changes: Partial<BatchRun> = {}): Promise<MiniBatchDescent> {
  const descent = await batchDescent({ engine: reference, problem, n: 23, batch: 5, ...changes });
  for (let k = 0; k < sweeps; k++) await descent.sweep();
  return descent;
}

/** A method that does nothing but keep what it has. */
const still: BatchMethod = {
  ...proxLinear,
  name: 'still',
  averages: () => false,
  memory: () => ({ kept: [2] }),
  step: (_, of, __, { x }) =>
    Object.fromEntries([...parametersOf(of), 'kept'].map((name) => [name, x[name]!])),
};

describe.each(Object.entries(engines))('mini-batches on %s', (_, engine) => {
  it.each(batchMethods)(
    'of $name give the same bits with the same seed, and others with another',
    async (method) => {
      const numbers = async (seed: number) => numbersIn(await swept(2, { engine, method, seed }));
      const first = await numbers(3);
      expect(await numbers(3)).toEqual(first);
      expect(await numbers(4)).not.toEqual(first);
      expect(first.every(Number.isFinite)).toBe(true);
    },
  );

  it.each(batchMethods)('of $name go on after two sweeps as if they had not stopped', async (method) => {
    const whole = await swept(5, { engine, method });
    const { weights, memory } = await swept(2, { engine, method });
    const rest = await swept(3, { engine, method, weights, memory, done: 2 });
    expect(numbersIn(rest)).toEqual(numbersIn(whole));
    const again = await swept(3, { engine, method, weights, memory, done: 3 });
    expect(numbersIn(again)).not.toEqual(numbersIn(whole));
  });

  it.each(batchMethods)('of $name change neither the data nor the first weights', async (method) => {
    const given = dataFor(engine, 23);
    const weights = firstWeights(problem, engine.precision);
    const copy = structuredClone({ given, weights });
    const list = [...weights];
    const descent = await swept(2, { engine, method, ...given, weights: list });
    expect({ given, weights }).toEqual(copy);
    expect(descent.weights).toBe(list);
    expect(list).not.toEqual(weights);
  });

  it.each(batchMethods)('of $name lower the loss', async (method) => {
    const descent = await swept(0, { engine, method });
    const before = (await descent.measure()).loss!;
    for (let k = 0; k < 12; k++) await descent.sweep();
    expect((await descent.measure()).loss).toBeLessThan(before);
  });
});

function dataFor(engine: Engine, n: number): { X: Matrix; Y: Matrix } {
  const random = draw(1);
  const X = random.matrix(n, 3);
  const Y = targetsOf(problem.loss, n, 2, random);
  return { X: toPrecision(X, engine.precision), Y: toPrecision(Y, engine.precision) };
}

/** An engine that notes what its loops are given, and whose steps change nothing. */
function noting(precision: 'float32' | 'float64'): { engine: Engine; runs: Tensors[] } {
  const runs: Tensors[] = [];
  const engine: Engine = {
    ...reference,
    precision,
    compileLoop: async () => ({
      outputs: { loss: ['n'] },
      dispose: async () => {},
      async run(before, inputs, next, outputs) {
        runs.push(structuredClone(inputs));
        const read = [before, inputs].flatMap((values) =>
          Object.values(values).map(({ data }) => data.buffer),
        );
        for (const { data } of Object.values(next)) expect(read.includes(data.buffer)).toBe(false);
        for (const [name, { data }] of Object.entries(next)) data.set(before[name]!.data);
        outputs.loss!.data.fill(1);
      },
    }),
  };
  return { engine, runs };
}

/** The numbers of the samples in the order in which they are used: sample i is [i, -i] with the target 10 i. */
async function ordersOf(n: number, batch: number, sweeps: number, seed = 0): Promise<number[][]> {
  const { engine, runs } = noting('float64');
  const numbered = problemOf(relu, squared, { formulation: 'two-splitting', widths: [2, 1] });
  const X = matrix(
    n,
    2,
    Float64Array.from({ length: 2 * n }, (_, k) => (k % 2 === 0 ? k / 2 : 0 - (k - 1) / 2)),
  );
  const Y = matrix(
    n,
    1,
    Float64Array.from({ length: n }, (_, i) => 10 * i),
  );
  const descent = await batchDescent({ engine, problem: numbered, X, Y, batch, seed });
  const orders: number[][] = [];
  for (let k = 0; k < sweeps; k++) {
    runs.length = 0;
    await descent.sweep();
    const rows = runs.flatMap(({ V0, Y: targets }) => {
      expect(V0!.shape.slice(1)).toEqual([batch, 2]);
      return Array.from(targets!.data, (y, i) => [V0!.data[2 * i], V0!.data[2 * i + 1], y]);
    });
    for (const [first, second, y] of rows) expect([second, y]).toEqual([0 - first!, 10 * first!]);
    orders.push(rows.map(([first]) => first!));
  }
  return orders;
}

describe('a sweep', () => {
  it.each([
    [23, 5],
    [20, 5],
    [7, 7],
    [9, 1],
    [10, 6],
  ])('goes once over %d samples in batches of %d, but for the rest that fills none', async (n, batch) => {
    for (const order of await ordersOf(n, batch, 3)) {
      expect(order).toHaveLength(n - (n % batch));
      expect(new Set(order).size).toBe(order.length);
      expect(Math.min(...order)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...order)).toBeLessThan(n);
    }
  });

  it('has an order of its own, also under the next seed', async () => {
    const orders = [...(await ordersOf(50, 5, 4)), ...(await ordersOf(50, 5, 4, 1))];
    expect(new Set(orders.map((order) => order.join())).size).toBe(8);
    expect(await ordersOf(50, 5, 4)).toEqual(orders.slice(0, 4));
  });

  it('leaves out other samples each time', async () => {
    const orders = await ordersOf(11, 10, 40);
    const left = orders.map((order) => 55 - order.reduce((sum, i) => sum + i, 0));
    expect(new Set(left).size).toBeGreaterThan(7);
  });

  it('counts its steps and tells the share of the run that is done, over several runs of the loop', async () => {
    const { engine, runs } = noting('float32');
    const wide = problemOf(relu, squared, { formulation: 'two-splitting', widths: [700_000, 1] });
    const X = matrix(11, 700_000, new Float32Array(11 * 700_000));
    const Y = matrix(
      11,
      1,
      Float32Array.from({ length: 11 }, (_, i) => i),
    );
    const progress = (sweeps: number): number => sweeps / 8;
    const descent = await batchDescent({ engine, problem: wide, X, Y, batch: 2, progress, done: 3 });
    const report = await descent.sweep();
    // Averages are taken twenty times a sweep, and here after every step.
    expect(runs.map(({ count }) => count!.shape)).toEqual(new Array(5).fill([1]));
    const all = (name: string) => runs.flatMap((run) => [...run[name]!.data]);
    expect(all('count')).toEqual([15, 16, 17, 18, 19]);
    expect(all('progress')).toEqual([0, 1, 2, 3, 4].map((k) => Math.fround((3 + k / 5) / 8)));
    expect(new Set(all('Y')).size).toBe(10);
    // Ten losses of 1, for eleven samples.
    expect(report.terms.loss).toBeCloseTo(11, 12);
    await descent.sweep();
    expect(all('count').slice(5)).toEqual([20, 21, 22, 23, 24]);
  });

  it.each([12, 20])('of one batch of %d is a step on all samples', async (n) => {
    const descent = await swept(0, { n, batch: n });
    const before = namedWeights(descent.weights);
    const { loss } = await descent.measure();
    const report = await descent.sweep();
    expectClose([report.terms.loss!], [loss!], closedForm);
    expect(report).toMatchObject({ samples: n, movement: {}, norms: {} });
    const { X, Y } = dataFor(reference, n);
    const scalar = { shape: [], data: Float64Array.of(0) };
    const settings = {
      alpha: { V: [1], U: [1], W: [2] },
      outputUpdate: 'proxLinear',
      batch: n,
      share: 1,
    } as const;
    const next = proxLinear.step(
      o,
      problem,
      { ...settings, rateSchedule: 'constant' },
      { x: { ...before, V0: X, Y }, count: scalar, progress: scalar },
    );
    // The samples come in another order.
    for (const [name, { data }] of Object.entries(namedWeights(descent.weights)))
      expectClose(data, next[name]!.data, closedForm, name);
  });
});

describe('the terms of the objective', () => {
  const n = 1001;

  /** Σ ℓ over the samples, of the network as it is used. */
  function lossOf(of: Problem, weights: MiniBatchDescent['weights'], X: Matrix, Y: Matrix): number {
    const network = { widths: of.widths, activation: of.activations[0]!.name };
    const outputs = forward(o, { V0: X, ...namedWeights(weights) }, network)[`V${of.widths.length - 1}`]!;
    return [...of.loss.value(o, outputs, Y).data].reduce((sum, value) => sum + value, 0);
  }

  it.each(losses)('are measured over all samples, $name', async (loss) => {
    const of = { ...problem, loss };
    const random = draw(4);
    const [X, Y] = [random.matrix(n, 3), targetsOf(loss, n, 2, random)];
    for (const [name, engine] of Object.entries(engines)) {
      const descent = await batchDescent({ engine, problem: of, X, Y, batch: 50 });
      const wide = descent.weights.map(({ W, b }) => ({
        W: toPrecision(W, 'float64'),
        b: toPrecision(b, 'float64'),
      }));
      const tolerance = engineAgreement[engine.precision];
      expectClose([(await descent.measure()).loss!], [lossOf(of, wide, X, Y)], tolerance, name);
    }
  });

  it('are reported as they were met, and all samples count the same', async () => {
    const descent = await swept(0, {
      method: still,
      n: 20,
      memory: { kept: { shape: [2], data: Float64Array.of(1, 2) } },
    });
    const before = numbersIn(descent);
    const { loss } = await descent.measure();
    for (let k = 0; k < 3; k++) expectClose([(await descent.sweep()).terms.loss!], [loss!], closedForm);
    expect(numbersIn(descent)).toEqual(before);
    expect([...descent.memory.kept!.data]).toEqual([1, 2]);
  });

  it.each(regularizers)('hold r(W) of every layer, with $name', async ({ name }) => {
    const of = problemOf(relu, squared, {
      formulation: 'two-splitting',
      widths: [3, 5, 4, 2],
      weights: [name, 0.3],
    });
    const weights = await feasibleWeights(reference, of, firstWeights(of, 'float64'));
    const descent = await batchDescent({ engine: reference, problem: of, n: 20, batch: 5, weights });
    const expected = (): number[] =>
      layers(of).map((i) => {
        const rows = of.weightRegularizer.term.value(o, descent.weights[i - 1]!.W).data;
        return 0.3 * [...rows].reduce((sum, row) => sum + row, 0);
      });
    const told = ({ loss, ...rest }: Readonly<Record<string, number>>): number[] => {
      expect(loss).toBeGreaterThan(0);
      expect(Object.keys(rest)).toEqual(['r(W1)', 'r(W2)', 'r(W3)']);
      return Object.values(rest);
    };
    expectClose(told(await descent.measure()), expected(), closedForm);
    expectClose(told((await descent.sweep()).terms), expected(), closedForm);
  });

  it('are the loss alone where nothing is regularised', async () => {
    const descent = await swept(0);
    expect(Object.keys(await descent.measure())).toEqual(['loss']);
    expect(Object.keys((await descent.sweep()).terms)).toEqual(['loss']);
  });
});

describe('the regularizers after two sweeps', () => {
  const cases = Object.entries(engines).flatMap(([name, engine]) =>
    regularizers.map((term) => ({ title: `${term.name}, ${name}`, term, engine })),
  );

  it.each(cases)('are obeyed: $title', async ({ term, engine }) => {
    const options = { formulation: 'two-splitting', widths: [3, 5, 4, 2] } as const;
    const of = problemOf(relu, softmaxCrossEntropy, { ...options, weights: [term.name, 20] });
    const first = await feasibleWeights(engine, of, firstWeights(of, engine.precision));
    const descent = await batchDescent({ engine, problem: of, n: 24, batch: 6, weights: [...first] });
    await descent.sweep();
    await descent.sweep();
    for (const [i, { W }] of descent.weights.entries()) {
      const wide = toPrecision(W, 'float64');
      // A constraint of single numbers holds exactly, one of rows up to the rounding that its value allows.
      const value = term.distance === undefined ? exactValue(term, wide) : term.value(o, wide);
      expect([...value.data].every(Number.isFinite), `W${i + 1}`).toBe(true);
      expect([...W.data], `W${i + 1}`).not.toEqual([...first[i]!.W.data]);
      const zeros = W.data.filter((w) => w === 0).length;
      if (['l1', 'elasticNet'].includes(term.name)) expect(zeros, `W${i + 1}`).toBeGreaterThan(0);
      if (['none', 'squaredL2'].includes(term.name)) expect(zeros, `W${i + 1}`).toBe(0);
    }
    expect(numbersIn(descent).some((value) => value !== 0)).toBe(true);
  });
});

describe('numbers that are not finite', () => {
  const failure = async (descent: MiniBatchDescent): Promise<NotFinite> => {
    const error = await descent.sweep().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(NotFinite);
    return error as NotFinite;
  };

  it.each(Object.entries(engines))(
    'in the data stop the sweep, on %s, and the weights stay',
    async (_, engine) => {
      for (const name of ['X', 'Y'] as const)
        for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
          const given = dataFor(engine, 20);
          given[name].data[7] = value;
          const descent = await swept(0, { engine, ...given, n: 20 });
          const before = numbersIn(descent);
          expect((await failure(descent)).message).toMatch(
            /^a number that is not finite appeared in the loss of step [1-4]$/,
          );
          expect(numbersIn(descent)).toEqual(before);
        }
    },
  );

  it.each(Object.entries(engines))(
    'made by the last step of a sweep stop it too, on %s',
    async (_, engine) => {
      const large = Number.MAX_VALUE;
      const overflowing: BatchMethod = {
        ...still,
        step: (ops, of, settings, given) => {
          const { W2, ...rest } = still.step(ops, of, settings, given);
          const last = ops.less(ops.scalar(2.5), given.count);
          return {
            ...rest,
            W2: ops.where(last, ops.mul(ops.scalar(large), ops.add(W2!, ops.scalar(large))), W2!),
          };
        },
      };
      const memory = { kept: toPrecision({ shape: [2], data: Float64Array.of(1, 2) }, engine.precision) };
      const descent = await swept(0, { engine, n: 20, method: overflowing, memory });
      const before = numbersIn(descent);
      const error = await failure(descent);
      expect(error.block).toBe('W2');
      expect(numbersIn(descent)).toEqual(before);
    },
  );
});

describe('running averages', () => {
  /** Adds 1 to every weight. */
  const climbing: BatchMethod = {
    ...still,
    memory: () => ({}),
    averages: () => true,
    step: (ops, of, _, { x }) =>
      Object.fromEntries(parametersOf(of).map((name) => [name, ops.add(x[name]!, ops.scalar(1))])),
  };

  it.each(Object.entries(engines))('of the weights are what is trained, on %s', async (_, engine) => {
    // Four steps a sweep: rho is 1, 1/2, 1/3, … and then a tenth.
    const descent = await swept(0, { engine, method: climbing });
    const first = descent.weights.map(({ W }) => [...W.data]);
    let [average, last] = [0, 0];
    for (let sweep = 0; sweep < 4; sweep++) {
      await descent.sweep();
      for (let k = 0; k < 4; k++) {
        const rho = Math.max(1 / (last + 1), 0.1);
        last++;
        average += rho * (last - average);
      }
      for (const [i, { W }] of descent.weights.entries()) {
        const expected = first[i]!.map((w) => w + average);
        expectClose(W.data, expected, engineAgreement[engine.precision]);
        const own = first[i]!.map((w) => w + last);
        expectClose(descent.memory[`W${i + 1}`]!.data, own, engineAgreement[engine.precision]);
      }
    }
  });

  it('are not taken where a regularizer makes zeros or corners', () => {
    for (const term of regularizers) {
      const of = { ...problem, weightRegularizer: { term, weight: 1 } };
      expect(proxLinear.averages(of), term.name).toBe(term.properties.curvature !== undefined);
    }
  });
});
