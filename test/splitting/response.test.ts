import { describe, expect, it } from 'vitest';
import { type Matrix, matrix, transpose } from '../../src/algebra/tensor.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { hiddenStateBlock } from '../../src/splitting/blocks/hiddenState.ts';
import { draw } from '../oracle/draw.ts';
import { eliminate } from '../oracle/elimination.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { problemOf } from '../problem/smallProblems.ts';
import { closedForm } from '../tolerance.ts';
import { methodCases } from './cases.ts';

const { activation, loss } = methodCases[0]!;

/** K = (c I + W Wᵀ)⁻¹ W = W (c I + Wᵀ W)⁻¹: whichever system is solved, both formulas give the matrix. */
describe.each([
  ['below a narrow layer', 7, 2],
  ['below a wide layer', 2, 7],
  ['below an equal layer', 4, 4],
])('the response of V1 %s', (_, below, here) => {
  const problem = problemOf(activation, loss, {
    widths: [3, below, here, 2],
    gamma: [0.6, 2, 1],
    states: ['squaredL2', 0.3],
  });
  const c = (0.6 + 0.3) / 2;
  const W = draw(6).matrix(here, below);

  it('is K by either formula', async () => {
    const derived = hiddenStateBlock(problem, 1, 0).derived!;
    const K = await (await derived.prepare(referenceEngine()))([W], 1);
    expect(K.shape).toEqual(derived.shape);

    const WWt = o.product(W, W, { transposeB: true }) as Matrix;
    const WtW = o.product(W, W, { transposeA: true }) as Matrix;
    expectClose(K.data, eliminate(plusDiagonal(WWt, c), W).data, closedForm);
    expectClose(K.data, transpose(eliminate(plusDiagonal(WtW, c), transpose(W))).data, closedForm);
  });
});

function plusDiagonal(a: Matrix, c: number): Matrix {
  const d = a.shape[0];
  return matrix(
    d,
    d,
    a.data.map((value, k) => (k % (d + 1) === 0 ? value + c : value)),
  );
}
