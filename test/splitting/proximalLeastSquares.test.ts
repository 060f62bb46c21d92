import { describe, expect, it } from 'vitest';
import { type Matrix, matrix, squaredNorm, type Tensor, transpose } from '../../src/algebra/tensor.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { inverseError } from '../../src/splitting/blocks/newtonInverse.ts';
import { proximalLeastSquares } from '../../src/splitting/blocks/proximalLeastSquares.ts';
import { draw } from '../oracle/draw.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { proximalRidge, withOnes } from '../oracle/proximalRidge.ts';
import { closedForm, inequalitySlack } from '../tolerance.ts';

interface Case {
  readonly samples: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** The smaller matrix is that of the samples in the first two cases, and that of the inputs in the others. */
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
  it.each([1e-4, 0.01, 1, 1e4])(
    'are as near to the minimiser as promised, c %d times the eigenvalue',
    (share) => {
      for (const seed of seeds)
        for (const unexplained of [false, true]) {
          const V = statesOf(sizes, seed);
          const E = gapsOf(V, sizes, seed, unexplained);
          const c = share * largest(V);
          const [step, exact] = [solve(V, E, c, sizes), proximalRidge(V, E, c)];
          const distance = Math.sqrt(squaredNorm(o.sub(step, exact)));
          const size = Math.sqrt(squaredNorm(exact));
          expect(distance).toBeLessThanOrEqual(inverseError * size + inequalitySlack(size));
        }
    },
  );

  it('are the same by the matrix of the samples and by that of the inputs', () => {
    for (const seed of seeds) {
      const V = statesOf(sizes, seed);
      const E = gapsOf(V, sizes, seed, false);
      for (const c of [0.3, 1, 100]) {
        const bySamples = solve(V, E, c, { samples: 1, inputs: sizes.inputs });
        const byInputs = solve(V, E, c, { samples: sizes.inputs + 1, inputs: sizes.inputs });
        expectClose(byInputs.data, bySamples.data, closedForm, `c = ${c}`);
      }
    }
  });

  it('make the progress of the minimiser but for the square of the error, whatever c is', () => {
    for (const seed of seeds)
      for (const unexplained of [false, true])
        for (const share of [1e-10, 1e-4, 1 / 3, 1, 10]) {
          const V = statesOf(sizes, seed);
          const E = gapsOf(V, sizes, seed, unexplained);
          const c = share * largest(V);
          const value = (step: Tensor): number =>
            squaredNorm(o.sub(E, o.product(withOnes(V), step))) + c * squaredNorm(step);
          const [before, after, least] = [
            squaredNorm(E),
            value(solve(V, E, c, sizes)),
            value(proximalRidge(V, E, c)),
          ];
          expect(after).toBeLessThanOrEqual(before + inequalitySlack(before));
          if (!unexplained) expect(after).toBeLessThan(before);
          // The rounds are too few for the smallest c.
          if (share > 1e-5)
            expect(after - least).toBeLessThanOrEqual(
              inverseError ** 2 * (before - least) + inequalitySlack(before),
            );
        }
  });

  it('do not move where there is no gap', () => {
    const V = statesOf(sizes, 1);
    const step = solve(V, o.mul(o.scalar(0), gapsOf(V, sizes, 1, false)), 0.1, sizes);
    expect([...step.data].map(Math.abs)).toEqual(new Array(step.data.length).fill(0));
  });
});
