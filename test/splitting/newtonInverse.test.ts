import { afterAll, describe, expect, it } from 'vitest';
import type { Expression } from '../../src/algebra/engine.ts';
import type { Ops } from '../../src/algebra/ops.ts';
import { type Matrix, matrix, type Tensor } from '../../src/algebra/tensor.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { newtonInverse as factors, inverseError } from '../../src/splitting/blocks/newtonInverse.ts';
import { evaluate } from '../engine/evaluate.ts';
import { onnx, precisions } from '../engine/onnxEngines.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { withSpectrum } from '../oracle/spectrum.ts';
import { closedForm, inequalitySlack } from '../tolerance.ts';

function newtonInverse<T>(ops: Ops<T>, H: T): T {
  const { scale, matrix: P } = factors(ops, H);
  return ops.mul(scale, P);
}

/** From 0 to `largest`, evenly but for the 0. */
const spread = (d: number, largest: number): number[] =>
  Array.from({ length: d }, (_, i) => (largest * i) / Math.max(1, d - 1));

/** The largest |1 − (1 + λ) p(λ)|, with p(H) u = p(λ) u on H's eigenvectors: the norm of I − A P, by the power method. */
function errorOf(H: Matrix, P: Tensor): number {
  const [d] = H.shape;
  const A = o.add(H, o.identity(H));
  const R = o.sub(o.identity(H), o.product(A, P));
  let x: Tensor = { shape: [1, d], data: Float64Array.from({ length: d }, (_, k) => 1 + (k % 7) / 3) };
  let size = 0;
  for (let k = 0; k < 200; k++) {
    const y = o.product(o.product(x, R), R, { transposeB: true });
    const norm = Math.hypot(...y.data);
    size = Math.sqrt(norm / Math.hypot(...x.data));
    if (norm === 0) return 0;
    x = o.mul(y, o.scalar(1 / norm));
  }
  return size;
}

describe('the Newton inverse of I + H', () => {
  it.each([0.01, 1, 10, 100, 1e4])(
    'comes as near as it promises, the largest eigenvalue of H %d',
    (largest) => {
      for (const d of [1, 2, 7, 30]) {
        const H = withSpectrum(d === 1 ? [largest] : spread(d, largest), d);
        const error = errorOf(H, newtonInverse(o, H));
        expect(error).toBeLessThanOrEqual(inverseError + inequalitySlack(1));
      }
    },
  );

  it('does so whatever lies between 0 and the largest eigenvalue', () => {
    for (const eigenvalues of [
      [50, 0, 0, 0, 0, 0],
      [50, 50, 50, 50, 50, 50],
      [1e3, 1, 1, 0.1, 0, 0],
      [3, 0.5],
    ])
      expect(
        errorOf(withSpectrum(eigenvalues, 1), newtonInverse(o, withSpectrum(eigenvalues, 1))),
      ).toBeLessThanOrEqual(inverseError + inequalitySlack(1));
  });

  it.each([1e6, 1e9, 1e12])('never overshoots where its rounds are too few, at %d', (largest) => {
    const H = withSpectrum(spread(9, largest), 4);
    const error = errorOf(H, newtonInverse(o, H));
    expect(error).toBeGreaterThan(inverseError);
    expect(error).toBeLessThan(1 + inequalitySlack(1));
  });

  it('is the identity for H = 0, to the last bit', () => {
    const H = matrix(3, 3, new Float64Array(9));
    expect(newtonInverse(o, H).data).toEqual(o.identity(H).data);
  });

  it('is exact to the second order for a small H', () => {
    const H = withSpectrum([1e-6, 5e-7, 0], 2);
    expectClose(newtonInverse(o, H).data, o.sub(o.identity(H), H).data, closedForm);
  });

  it('is not a number where H is not', () => {
    const H = matrix(2, 2, Float64Array.of(1, Number.NaN, Number.NaN, 1));
    expect([...newtonInverse(o, H).data].every(Number.isNaN)).toBe(true);
  });
});

describe.each(precisions)('in %s ONNX', (precision) => {
  const engine = onnx(precision);
  afterAll(() => engine.dispose());

  it.each([0.1, 10, 1e3, 1e5, 1e7])(
    'the error is what it is in the reference, the largest eigenvalue %d',
    async (largest) => {
      const H = withSpectrum(spread(24, largest), 5);
      const expression: Expression = {
        name: 'Newton inverse',
        inputs: { H: [24, 24] },
        build: (ops, x) => ({ P: newtonInverse(ops, x.H!) }),
      };
      const { P } = await evaluate(engine, expression, { H }, 0);
      // Eight rounds let what float32 rounds grow to 4⁸ units of it at most.
      expect(errorOf(H, P!)).toBeLessThan(
        Math.max(2 * inverseError, errorOf(H, newtonInverse(o, H)) + inverseError),
      );
    },
  );
});
