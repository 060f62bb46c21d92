import { describe, expect, it } from 'vitest';
import { type Matrix, matrix, squaredNorm, type Tensor, transpose } from '../../src/algebra/tensor.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { proximalLeastSquares, solveSteps } from '../../src/splitting/blocks/proximalLeastSquares.ts';
import { draw } from '../oracle/draw.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { proximalRidge, withOnes } from '../oracle/proximalRidge.ts';
import { closedForm, inequalitySlack, leastSquaresError } from '../tolerance.ts';

interface Case {
  readonly samples: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** The matrix of the samples is formed in the first three cases, and its factors are applied in the others. */
const cases: readonly Case[] = [
  { samples: 6, inputs: 20, outputs: 3 },
  { samples: 20, inputs: 20, outputs: 2 },
  { samples: 23, inputs: 12, outputs: 3 },
  { samples: 24, inputs: 12, outputs: 3 },
  { samples: 40, inputs: 5, outputs: 1 },
  { samples: 30, inputs: 1, outputs: 2 },
];

/** States of relu units, which are not negative and of which one is dead, or of linear ones. */
function statesOf({ samples, inputs }: Case, seed: number): Matrix {
  const { data } = draw(seed).matrix(samples, inputs);
  if (seed % 2 === 1) return matrix(samples, inputs, data);
  return matrix(
    samples,
    inputs,
    data.map((v, k) => (inputs > 1 && k % inputs === 0 ? 0 : Math.max(0, v))),
  );
}

/** The largest eigenvalue of V Vᵀ + 1 1ᵀ, by the power method. */
function largest(V: Matrix): number {
  const wide = withOnes(V);
  let x: Tensor = { shape: [1, wide.shape[1]], data: new Float64Array(wide.shape[1]).fill(1) };
  let value = 0;
  for (let k = 0; k < 500; k++) {
    const y = o.product(o.product(x, wide, { transposeB: true }), wide);
    value = Math.sqrt(squaredNorm(y) / squaredNorm(x));
    x = o.mul(y, o.scalar(1 / Math.sqrt(squaredNorm(y))));
  }
  return value;
}

/** E itself, or what of it no weights explain with a thousandth of the rest. */
function gapsOf(V: Matrix, { samples, outputs }: Case, seed: number, unexplained: boolean): Tensor {
  const E = draw(seed + 100).matrix(samples, outputs);
  if (!unexplained) return E;
  const fit = o.product(withOnes(V), proximalRidge(V, E, 1e-9));
  return o.sub(E, o.mul(o.scalar(0.999), fit));
}

/** (W, b)ᵀ, `[d + 1, r]`. */
const solve = (V: Matrix, E: Tensor, c: number, sizes: { samples: number; inputs: number }): Matrix => {
  const { W, b } = proximalLeastSquares(o, V, E, o.scalar(c), sizes);
  expect(b.shape).toEqual([E.shape[1]]);
  const { data } = transpose(W as Matrix);
  return matrix(V.shape[1] + 1, E.shape[1]!, Float64Array.of(...data, ...b.data));
};

const seeds = [1, 2, 3, 4, 5, 6];

describe.each(cases)('$outputs outputs of $inputs inputs on $samples samples', (sizes) => {
  it.each([1 / 3, 1, 10, 1e4])(
    'come as near to the minimiser as their steps promise, c %d times the eigenvalue',
    (share) => {
      for (const seed of seeds)
        for (const unexplained of [false, true]) {
          const V = statesOf(sizes, seed);
          const E = gapsOf(V, sizes, seed, unexplained);
          const top = largest(V);
          const c = share * top;
          const expected = proximalRidge(V, E, c);
          const error = Math.sqrt(squaredNorm(o.sub(solve(V, E, c, sizes), expected)));
          // ‖ΔX K^½/c‖ ≤ √(λ/(c + λ)/c) ‖ΔX‖_A, and ‖ΔX‖_A is a share of ‖X‖_A ≤ ‖E‖ that the condition 1 + λ/c bounds.
          const root = Math.sqrt(1 + top / c);
          const left = 2 * ((root - 1) / (root + 1)) ** solveSteps;
          const bound = left * Math.sqrt((top / (c + top) / c) * squaredNorm(E));
          expect(error).toBeLessThanOrEqual(bound + inequalitySlack(bound));
          if (!unexplained)
            expect(error).toBeLessThanOrEqual(leastSquaresError * Math.sqrt(squaredNorm(expected)));
        }
    },
  );

  it('are the same whether the matrix of the samples is formed or not', () => {
    for (const seed of seeds) {
      const V = statesOf(sizes, seed);
      const E = gapsOf(V, sizes, seed, false);
      for (const c of [0.01, 1, 100]) {
        const formed = solve(V, E, c, { samples: 1, inputs: 1 });
        expectClose(solve(V, E, c, { samples: 2, inputs: 1 }).data, formed.data, closedForm, `c = ${c}`);
      }
    }
  });

  it('never raise the objective where c is a third of the eigenvalue or more', () => {
    for (const seed of seeds)
      for (const unexplained of [false, true])
        for (const share of [1 / 3, 1, 10]) {
          const V = statesOf(sizes, seed);
          const E = gapsOf(V, sizes, seed, unexplained);
          const c = share * largest(V);
          const step = solve(V, E, c, sizes);
          const gap = o.sub(E, o.product(withOnes(V), step));
          const [before, after] = [squaredNorm(E), squaredNorm(gap) + c * squaredNorm(step)];
          expect(after).toBeLessThanOrEqual(before + inequalitySlack(before));
          if (!unexplained) expect(after).toBeLessThan(before);
        }
  });

  it('do not move where there is no gap', () => {
    const V = statesOf(sizes, 1);
    const step = solve(V, o.mul(o.scalar(0), gapsOf(V, sizes, 1, false)), 0.1, sizes);
    expect([...step.data].map(Math.abs)).toEqual(new Array(step.data.length).fill(0));
  });
});

it('are exact where the samples are no more than the steps', () => {
  for (const inputs of [1, 2, 9]) {
    const sizes = { samples: solveSteps, inputs, outputs: 2 };
    const V = statesOf(sizes, 3);
    const E = gapsOf(V, sizes, 3, false);
    for (const c of [0.5, 5])
      expectClose(solve(V, E, c, sizes).data, proximalRidge(V, E, c).data, closedForm);
  }
});
