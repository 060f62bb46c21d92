import { afterAll, describe, expect, it } from 'vitest';
import type { Expression } from '../../src/algebra/engine.ts';
import { scaled } from '../../src/algebra/ops.ts';
import { matrix, type Tensor } from '../../src/algebra/tensor.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import type { Loss } from '../../src/problem/loss.ts';
import { crossEntropy } from '../../src/problem/losses/crossEntropy.ts';
import { exponential } from '../../src/problem/losses/exponential.ts';
import { losses } from '../../src/problem/losses/index.ts';
import { logistic } from '../../src/problem/losses/logistic.ts';
import { softmaxCrossEntropy } from '../../src/problem/losses/softmaxCrossEntropy.ts';
import { evaluate, expectAgreement } from '../engine/evaluate.ts';
import { onnx, precisions } from '../engine/onnxEngines.ts';
import { type Draw, draw } from '../oracle/draw.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { closedForm, inequalitySlack, optimality } from '../tolerance.ts';
import { targetsOf } from './smallProblems.ts';

const steps = [1e-6, 1e-3, 0.1, 1, 10, 1e3, 1e6];
const signed = [logistic, exponential];
const four = [crossEntropy, exponential, logistic, softmaxCrossEntropy];

describe('known values', () => {
  const at = (loss: Loss, v: number[], y: number[]): number => loss.value(o, row(v), row(y)).data[0]!;

  it('of logistic and exponential: log 2 and 1 at margin 0, and what the formulas say', () => {
    expect(at(logistic, [0, 0], [1, -1])).toBeCloseTo(2 * Math.LN2, 15);
    expect(at(exponential, [0, 0], [1, -1])).toBe(2);
    expect(at(logistic, [2, 3], [1, -1])).toBeCloseTo(
      Math.log(1 + Math.exp(-2)) + Math.log(1 + Math.exp(3)),
      14,
    );
    expect(at(exponential, [2, 3], [1, -1])).toBeCloseTo(Math.exp(-2) + Math.exp(3), 14);
  });

  it('of crossEntropy, as ZLLY (a3) writes it', () => {
    const v = [-3, -0.5, 0, 1, 4];
    const y = [0, 1, 1, 0, 1];
    const terms = v.map((u, j) => {
      const p = 1 / (1 + Math.exp(-u));
      return -(y[j]! * Math.log(p) + (1 - y[j]!) * Math.log(1 - p));
    });
    expect(at(crossEntropy, v, y)).toBeCloseTo(
      terms.reduce((sum, term) => sum + term),
      13,
    );
  });

  it('of softmaxCrossEntropy: log d at equal scores, and what the formula says', () => {
    expect(at(softmaxCrossEntropy, [7, 7, 7], [0, 1, 0])).toBeCloseTo(Math.log(3), 15);
    const total = Math.exp(1) + Math.exp(2) + Math.exp(-1);
    expect(at(softmaxCrossEntropy, [1, 2, -1], [1, 0, 0])).toBeCloseTo(-Math.log(Math.exp(1) / total), 14);
  });

  it('of the loss of what is classified well: small, and still not zero', () => {
    expectClose([at(logistic, [50], [1])], [Math.exp(-50)], closedRelative);
    expectClose([at(crossEntropy, [-50], [0])], [Math.exp(-50)], closedRelative);
    expectClose([at(softmaxCrossEntropy, [50, 0], [1, 0])], [Math.exp(-50)], closedRelative);
    expectClose(
      softmaxCrossEntropy.subdifferential(o, row([50, 0]), row([1, 0])).lower.data,
      [-Math.exp(-50), Math.exp(-50)],
      closedRelative,
    );
  });
});

describe.each(four)('the prox of $name', (loss) => {
  it.each(steps)('undoes v + step ∇ℓ(v), step %d', (step) => {
    const random = draw(61);
    const n = 200;
    const y = targetsOf(loss, n, 4, random);
    const v = scaled(o, 3, random.tensor([n, 4]));
    const x = o.add(v, scaled(o, step, loss.subdifferential(o, v, y).lower));
    const back = loss.prox(o, x, y, step).data;
    // x is rounded, and the prox is nonexpansive.
    const allowed = o.largest(o.max(x, scaled(o, -1, x))).data.map((size) => 1e-14 * (1 + size));
    for (const [k, value] of back.entries())
      expect(Math.abs(value - v.data[k]!)).toBeLessThanOrEqual(allowed[Math.floor(k / 4)]!);
  });

  it.each([
    [2, 50],
    [3, 500],
    [10, 20],
  ])('has 0 in the gradient on rows of every size, d = %d, 20 times %d', (d, n) => {
    const random = draw(62);
    for (const step of [...steps, ...Array.from({ length: 13 }, () => 10 ** random.uniform(-6, 6))]) {
      const y = targetsOf(loss, n, d, random);
      const x = matrix(
        n,
        d,
        Float64Array.from({ length: n * d }, (_, k) => centre(k % 7, step, random)),
      );
      const v = loss.prox(o, x, y, step);
      const { lower: slope } = loss.subdifferential(o, v, y);
      for (let i = 0; i < n; i++) {
        let [distance, size] = [0, 0];
        for (let k = i * d; k < (i + 1) * d; k++) {
          const [u, b, g] = [v.data[k]!, x.data[k]!, slope.data[k]!];
          distance = Math.max(distance, Math.abs(g + (u - b) / step));
          size = Math.max(size, Math.abs(g) + Math.max(1, 1 / step) * (Math.abs(u) + Math.abs(b)));
        }
        if (!(distance <= optimality * size))
          throw new Error(`${distance} in row ${[...x.data.subarray(i * d, i * d + d)]}, step ${step}`);
      }
    }
  });
});

it('softmaxCrossEntropy of a row of zeros is nothing, and of one output as well', () => {
  const x = row([3, -1e6, 0]);
  for (const step of steps) {
    expect(softmaxCrossEntropy.prox(o, x, row([0, 0, 0]), step).data).toEqual(x.data);
    for (const one of [0, 0.3, -1e6]) {
      const y = row([1]);
      expect([...softmaxCrossEntropy.prox(o, row([one]), y, step).data]).toEqual([one]);
      expect([...softmaxCrossEntropy.value(o, row([one]), y).data]).toEqual([0]);
    }
  }
});

it('the prox of exponential is x + W(step e^-x): the omega constant for x = 0, step = 1', () => {
  expectClose(exponential.prox(o, row([0, 0]), row([1, -1]), 1).data, [omega, -omega], closedForm);
  // m = step e^{−m} + x with m = 1, and far to the left, where e^{−x} overflows.
  expectClose(exponential.prox(o, row([1 - 2 / Math.E]), row([1]), 2).data, [1], closedForm);
  const [far] = exponential.prox(o, row([-1e6]), row([1]), 1).data;
  expectClose([Math.exp(-far!)], [1e6 + far!], closedForm);
});

it.each(signed)('the prox of $name is odd in (x, y)', (loss) => {
  const x = draw(63).tensor([100, 3]);
  const y = targetsOf(loss, 100, 3, draw(64));
  const there = loss.prox(o, x, y, 2).data;
  const mirrored = loss.prox(o, scaled(o, -1, x), scaled(o, -1, y), 2).data;
  expectClose(
    mirrored.map((v) => -v),
    there,
    closedForm,
  );
});

it.each(losses.filter(({ properties }) => properties.gradientLipschitz !== undefined))(
  'the gradient of $name changes no faster than gradientLipschitz, and somewhere as fast',
  (loss) => {
    const random = draw(65);
    const n = 300;
    const y = targetsOf(loss, n, 2, random);
    const v = random.tensor([n, 2]);
    // Along (1, −1) from scores that are nearly zero, where all of these losses bend most.
    const small = v.data.map((value, k) => (k < n ? value : 1e-4 * value * (k % 2 === 0 ? 1 : -1)));
    const from = matrix(n, 2, Float64Array.from(small));
    const move = matrix(
      n,
      2,
      Float64Array.from({ length: 2 * n }, (_, k) => (k % 2 === 0 ? 1e-3 : -1e-3)),
    );
    const gradient = (at: Tensor): Tensor => loss.subdifferential(o, at, y).lower;
    const change = o.sub(gradient(o.add(from, move)), gradient(from));
    const length = (a: Tensor): number[] => Array.from(o.sum(o.mul(a, a), 1).data, Math.sqrt);
    const rates = length(change).map((rise, i) => rise / length(move)[i]!);
    const L = loss.properties.gradientLipschitz!;
    expect(Math.max(...rates)).toBeLessThanOrEqual(L * (1 + 1e-10));
    expect(Math.max(...rates)).toBeGreaterThan(0.999 * L);
  },
);

describe.each(precisions)('in %s ONNX', (precision) => {
  const engine = onnx(precision);
  afterAll(() => engine.dispose());

  const n = 400;
  const expression = (loss: Loss, step: number): Expression => ({
    name: `${loss.name}, step ${step}`,
    inputs: { v: ['n', 3], x: ['n', 3], y: ['n', 3] },
    build: (ops, { v, x, y }) => ({
      value: loss.value(ops, v!, y!),
      slope: loss.subdifferential(ops, v!, y!).lower,
      prox: loss.prox(ops, x!, y!, step),
    }),
  });

  it.each(four)('$name is what the reference gives', async (loss) => {
    const random = draw(66);
    const y = targetsOf(loss, n, 3, random);
    const inputs = { v: random.tensor([n, 3]), x: scaled(o, 2, random.tensor([n, 3])), y };
    for (const step of [1e-3, 0.7, 40]) await expectAgreement(engine, expression(loss, step), inputs, n);
  });

  it.each(four)('$name is finite and not negative at ±1e4 and ±1e6', async (loss) => {
    const random = draw(67);
    const far = (): number => random.pick([0, 1, -1, 1e-6, 1e4, -1e4, 1e6, -1e6]);
    const grid = (): Tensor => matrix(n, 3, Float64Array.from({ length: 3 * n }, far));
    const y = targetsOf(loss, n, 3, random);
    // Where the exponential itself is too large for a number, its value is too.
    const v = loss === exponential ? o.mul(y, o.max(o.mul(y, grid()), o.scalar(-80))) : grid();
    const x = grid();
    for (const step of [1e-6, 1, 1e6]) {
      const { value, slope, prox } = await evaluate(engine, expression(loss, step), { v, x, y }, n);
      expect([...value!.data].every((at) => Number.isFinite(at) && at >= 0)).toBe(true);
      expect([...slope!.data].every(Number.isFinite)).toBe(true);
      expect([...prox!.data].every(Number.isFinite)).toBe(true);
      // The prox is nonexpansive, so that it moves an input that was rounded no further than the rounding.
      const exact = loss.prox(o, x, y, step).data;
      const unit = precision === 'float32' ? 2 ** -23 : 2 ** -52;
      const size = o.largest(o.max(x, scaled(o, -1, x))).data;
      for (const [k, at] of prox!.data.entries())
        expect(Math.abs(at - exact[k]!)).toBeLessThanOrEqual(
          20 * unit * (Math.abs(exact[k]!) + size[Math.floor(k / 3)]! + step) + inequalitySlack(1),
        );
    }
  });
});

const omega = 0.5671432904097838;
const closedRelative = { relative: closedForm.relative, absolute: 0 };

function row(values: readonly number[]): Tensor {
  return matrix(1, values.length, Float64Array.from(values));
}

/** Centres of every size; ties, zeros, and the points −step, −step/2, step around which the proxes change their nature. */
function centre(kind: number, step: number, random: Draw): number {
  if (kind < 2) return random.pick([0, 1, -1, 1e6, -1e6, step, -step, -step / 2]);
  if (kind < 4) return 2 * step * random.uniform(-1, 1);
  return Math.max(-1e6, Math.min(1e6, random.normal() * 10 ** random.uniform(-6, 6)));
}
