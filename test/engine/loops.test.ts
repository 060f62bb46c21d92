import { afterAll, describe, expect, it } from 'vitest';
import { concrete, type Recurrence, type Tensors } from '../../src/algebra/engine.ts';
import type { Tensor } from '../../src/algebra/tensor.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { draw } from '../oracle/draw.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { closedForm } from '../tolerance.ts';
import { evaluateLoop, expectLoopAgreement, inPrecision } from './evaluate.ts';
import { onnx, precisions } from './onnxEngines.ts';

/** A matrix that follows the samples, the one before it, a constant and a count; outputs of every rank. */
const follow: Recurrence = {
  name: 'follow',
  state: { W: [2, 3], last: [2, 3], kept: [3], total: [] },
  inputs: { X: ['n', 3], Y: ['n', 2], rate: [] },
  step(o, { W, last, kept, total }, { X, Y, rate }) {
    const gap = o.sub(o.product(X!, W!, { transposeB: true }), Y!);
    const slope = o.product(gap, X!, { transposeA: true, scale: 0.1 });
    const momentum = o.mul(o.scalar(0.5), o.sub(W!, last!));
    return {
      state: {
        // Not in the order of the declaration.
        total: o.add(total!, rate!),
        kept: kept!,
        last: W!,
        W: o.add(o.sub(W!, o.mul(rate!, slope)), momentum),
      },
      outputs: {
        loss: o.sum(o.mul(gap, gap), 1),
        gap,
        means: o.sum(X!, 0),
        'so far': o.mul(total!, total!),
        'an input': X!,
      },
    };
  },
};

/** Two numbers that change places, and a state that no step reads. */
const swap: Recurrence = {
  name: 'swap',
  state: { a: [], b: [], set: [2] },
  inputs: { x: [2] },
  step: (o, { a, b }, { x }) => ({
    state: { a: b!, b: a!, set: o.mul(x!, x!) },
    outputs: { first: a!, positive: o.relu(x!) },
  }),
};

const n = 4;

function drawn(shapes: Recurrence['inputs'], seed: number, leading: readonly number[]): Tensors {
  const random = draw(seed);
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, random.tensor([...leading, ...concrete(shape, n)])]),
  );
}

const dataOf = (recurrence: Recurrence, steps: number) => ({
  before: drawn(recurrence.state, 1, []),
  inputs: drawn(recurrence.inputs, 2, [steps]),
});

const engines = { reference: referenceEngine(), float32: onnx('float32'), float64: onnx('float64') };
afterAll(() => Promise.all(Object.values(engines).map((engine) => engine.dispose())));

describe.each([follow, swap])('the recurrence $name', (recurrence) => {
  it.each(precisions)(
    'is in %s ONNX what the reference makes of it, for any number of steps',
    async (precision) => {
      for (const steps of [1, 2, 7]) {
        const { before, inputs } = dataOf(recurrence, steps);
        await expectLoopAgreement(engines[precision], recurrence, before, inputs, n);
      }
    },
  );

  it.each(Object.entries(engines))(
    'leaves what it is given as it was and repeats itself to the bit, on %s',
    async (_, engine) => {
      const { precision } = engine;
      const { before, inputs } = dataOf(recurrence, 5);
      const given = { before: inPrecision(before, precision), inputs: inPrecision(inputs, precision) };
      const copy = structuredClone(given);
      const first = await evaluateLoop(engine, recurrence, given.before, given.inputs, n);
      expect(given).toEqual(copy);
      expect(await evaluateLoop(engine, recurrence, given.before, given.inputs, n)).toEqual(first);
    },
  );

  it.each(Object.entries(engines))('ends in two runs where one ends, on %s', async (_, engine) => {
    const { before, inputs } = dataOf(recurrence, 5);
    const part = (from: number, to: number): Tensors =>
      Object.fromEntries(
        Object.entries(inputs).map(
          ([
            name,
            {
              shape: [steps, ...shape],
              data,
            },
          ]) => {
            const size = data.length / steps!;
            return [
              name,
              { shape: [to - from, ...shape], data: data.slice(from * size, to * size) as Float64Array },
            ];
          },
        ),
      );
    const whole = await evaluateLoop(engine, recurrence, before, inputs, n);
    const half = await evaluateLoop(engine, recurrence, before, part(0, 2), n);
    const rest = await evaluateLoop(engine, recurrence, half.after, part(2, 5), n);
    expect(rest.after).toEqual(whole.after);
    for (const [name, { data }] of Object.entries(whole.outputs))
      expect([...half.outputs[name]!.data, ...rest.outputs[name]!.data], name).toEqual([...data]);
  });
});

describe.each(Object.entries(engines))('a loop on %s', (_, engine) => {
  it('knows the shapes of the outputs of one step', async () => {
    const loop = await engine.compileLoop(follow);
    expect(loop.outputs).toEqual({
      loss: ['n'],
      gap: ['n', 2],
      means: [3],
      'so far': [],
      'an input': ['n', 3],
    });
  });

  it('passes on to the bit what a step does not change', async () => {
    const { before, inputs } = dataOf(follow, 6);
    const { after, outputs } = await evaluateLoop(engine, follow, before, inputs, n);
    // Drawn numbers are exact in float32.
    expect([...after.kept!.data]).toEqual([...before.kept!.data]);
    expect([...outputs['an input']!.data]).toEqual([...inputs.X!.data]);
  });

  it('carries each state to its own name', async () => {
    for (const steps of [1, 2, 3]) {
      const { before, inputs } = dataOf(swap, steps);
      const { after, outputs } = await evaluateLoop(engine, swap, before, inputs, n);
      const [a, b] = [before.a!.data[0]!, before.b!.data[0]!];
      expect([after.a!.data[0], after.b!.data[0]]).toEqual(steps % 2 === 0 ? [a, b] : [b, a]);
      expect([...outputs.first!.data]).toEqual([a, b, a].slice(0, steps));
    }
  });

  it('may run again with other numbers of samples and steps', async () => {
    const loop = await engine.compileLoop(follow);
    for (const [steps, samples] of [
      [3, 2],
      [1, 5],
    ] as const) {
      const { before } = dataOf(follow, 1);
      const random = draw(steps);
      const inputs = {
        X: random.tensor([steps, samples, 3]),
        Y: random.tensor([steps, samples, 2]),
        rate: random.tensor([steps]),
      };
      const room = (shape: readonly number[]): Tensor =>
        inPrecision({ room: random.tensor(shape) }, engine.precision).room!;
      const after = { W: room([2, 3]), last: room([2, 3]), kept: room([3]), total: room([]) };
      const given = [before, inputs].map((values) => inPrecision(values, engine.precision));
      await loop.run(given[0]!, given[1]!, after, { loss: room([steps, samples]) });
      const expected = await evaluateLoop(engine, follow, before, inputs, samples);
      expect(after).toEqual(expected.after);
    }
    await loop.dispose();
  });
});

it('steps as the formula says', async () => {
  const { before, inputs } = dataOf(follow, 3);
  const { after } = await evaluateLoop(referenceEngine(), follow, before, inputs, n);
  let [W, last, total] = [[...before.W!.data], [...before.last!.data], before.total!.data[0]!];
  for (let k = 0; k < 3; k++) {
    const rate = inputs.rate!.data[k]!;
    const x = (i: number, j: number): number => inputs.X!.data[(k * n + i) * 3 + j]!;
    const y = (i: number, q: number): number => inputs.Y!.data[(k * n + i) * 2 + q]!;
    const rows = [0, 1, 2, 3];
    const gap = (i: number, q: number): number =>
      [0, 1, 2].reduce((sum, j) => sum + x(i, j) * W[q * 3 + j]!, -y(i, q));
    const next = W.map((w, at) => {
      const [q, j] = [Math.floor(at / 3), at % 3];
      const slope = 0.1 * rows.reduce((sum, i) => sum + gap(i, q) * x(i, j), 0);
      return w - rate * slope + 0.5 * (w - last[at]!);
    });
    [W, last, total] = [next, W, total + rate];
  }
  expectClose(after.W!.data, W, closedForm, 'W');
  expectClose(after.last!.data, last, closedForm, 'last');
  expectClose(after.total!.data, [total], closedForm, 'total');
});
