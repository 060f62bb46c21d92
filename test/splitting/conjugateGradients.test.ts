import { afterAll, describe, expect, it } from 'vitest';
import type { Expression } from '../../src/algebra/engine.ts';
import { type Matrix, matrix, type Tensor, transpose } from '../../src/algebra/tensor.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { conjugateGradients } from '../../src/splitting/blocks/conjugateGradients.ts';
import { evaluate } from '../engine/evaluate.ts';
import { onnx } from '../engine/onnxEngines.ts';
import { draw } from '../oracle/draw.ts';
import { eliminate } from '../oracle/elimination.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { withSpectrum } from '../oracle/spectrum.ts';
import { closedForm, engineAgreement, fixedPoint, inequalitySlack } from '../tolerance.ts';

const solve = (A: Tensor, B: Tensor, steps: number): Tensor =>
  conjugateGradients(o, (D) => o.product(D, A), B, steps);

/** X with X A = B; A is symmetric. */
const exact = (A: Matrix, B: Matrix): Matrix => transpose(eliminate(A, transpose(B)));

/** √(x A xᵀ) of each row x. */
const lengths = (A: Matrix, X: Tensor): number[] =>
  [...o.sum(o.mul(o.product(X, A), X), 1).data].map(Math.sqrt);

/** From 1 to `largest`, evenly in their logarithms. */
const spread = (d: number, largest: number): number[] =>
  Array.from({ length: d }, (_, i) => largest ** (i / (d - 1)));

const rows = 3;

/** The error of each row is at most `bound` times that of the start, whose error is the solution itself. */
function expectErrors(A: Matrix, steps: number, bound: number): void {
  const B = draw(7).matrix(rows, A.shape[0]);
  const solution = exact(A, B);
  const errors = lengths(A, o.sub(solve(A, B, steps), solution));
  for (const [i, start] of lengths(A, solution).entries())
    expect(errors[i], `row ${i} after ${steps} steps`).toBeLessThanOrEqual(
      bound * start + inequalitySlack(start),
    );
}

describe('conjugate gradients', () => {
  it.each([1, 2, 3, 6])('solve %d equations in as many steps', (d) => {
    const A = withSpectrum(
      Array.from({ length: d }, (_, i) => 1 + i),
      d,
    );
    const B = draw(d).matrix(rows, d);
    expectClose(solve(A, B, d).data, exact(A, B).data, closedForm);
  });

  it.each([4, 30, 1000])('keep to the bound of their comment for a condition of %d', (condition) => {
    const A = withSpectrum(spread(30, condition), 2);
    const rate = (Math.sqrt(condition) - 1) / (Math.sqrt(condition) + 1);
    for (let steps = 1; steps <= 12; steps++) expectErrors(A, steps, 2 * rate ** steps);
  });

  it.each([100, 1e6])('need one step more for an eigenvalue of %d apart from all others', (apart) => {
    const A = withSpectrum([apart, ...spread(29, 4)], 3);
    // After some more steps rounding would bring that eigenvalue back.
    for (let steps = 2; steps <= 4; steps++) expectErrors(A, steps, 2 * (1 / 3) ** (steps - 1));
  });

  it('need as many steps as there are different eigenvalues', () => {
    const A = withSpectrum(
      Array.from({ length: 20 }, (_, i) => [1, 5, 40][i % 3]!),
      4,
    );
    const B = draw(5).matrix(rows, 20);
    expectClose(solve(A, B, 3).data, exact(A, B).data, fixedPoint);
  });

  it('solve every row for itself', () => {
    const A = withSpectrum(spread(8, 50), 6);
    const B = draw(6).matrix(rows, 8);
    const together = solve(A, B, 4).data;
    for (let i = 0; i < rows; i++) {
      const row = matrix(1, 8, B.data.slice(8 * i, 8 * i + 8));
      expectClose(solve(A, row, 4).data, together.slice(8 * i, 8 * i + 8), closedForm, `row ${i}`);
    }
  });
});

const engines = { reference: referenceEngine(), float32: onnx('float32'), float64: onnx('float64') };

describe.each(Object.entries(engines))('conjugate gradients on %s', (_, engine) => {
  afterAll(() => engine.dispose());
  const A = withSpectrum(spread(6, 9), 8);
  const expression = (steps: number): Expression => ({
    name: 'conjugate gradients',
    inputs: { A: [6, 6], B: ['n', 6] },
    build: (ops, x) => ({ X: conjugateGradients(ops, (D) => ops.product(D, x.A!), x.B!, steps) }),
  });

  it.each([1, 3, 20])(
    'leave a row of zeros at zero, and beside it solve the others, in %d steps',
    async (steps) => {
      const B = draw(9).matrix(rows, 6);
      B.data.fill(0, 6, 12);
      const { X } = await evaluate(engine, expression(steps), { A, B }, rows);
      expect([...X!.data.subarray(6, 12)].map(Math.abs)).toEqual(new Array(6).fill(0));
      if (steps === 20)
        expectClose(X!.data, exact(A, B).data, engineAgreement[engine.precision], 'after all steps');
    },
  );

  it('stay where a row is solved before the last step', async () => {
    const unit = withSpectrum(new Array(6).fill(2), 1);
    const B = draw(10).matrix(rows, 6);
    const { X } = await evaluate(engine, expression(9), { A: unit, B }, rows);
    expectClose(
      X!.data,
      B.data.map((b) => b / 2),
      engineAgreement[engine.precision],
    );
  });
});
