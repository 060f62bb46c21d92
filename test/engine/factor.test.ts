import { afterAll, describe, expect, it } from 'vitest';
import { NotPositiveDefinite } from '../../src/algebra/engine.ts';
import { type Matrix, matrix } from '../../src/algebra/tensor.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { draw } from '../oracle/draw.ts';
import { solveResidual } from '../tolerance.ts';
import { onnx } from './onnxEngines.ts';

// The blocks of the ONNX factorisation have 128 rows.
const sizes = [1, 5, 127, 128, 129, 300, 500];
const engines = { reference: referenceEngine(), onnx: onnx('float32') };

describe.each(Object.entries(engines))('the Cholesky factorisation of the %s engine', (_, engine) => {
  afterAll(() => engine.dispose());

  it.each(sizes)('solves systems of size %d', async (d) => {
    const random = draw(d);
    const [a, b] = [definite(d, 0.01, d), random.matrix(d, 3)];
    const given = b.data.slice();
    // Above the diagonal stands nothing that may be read.
    const factor = await engine.factor(lowerOnly(a));
    const x = await factor.solve(b);
    expect(x.shape).toEqual([d, 3]);
    expect(residual(a, x, b)).toBeLessThanOrEqual(solveResidual);
    expect(b.data).toEqual(given);
    const one = matrix(
      d,
      1,
      b.data.filter((_, k) => k % 3 === 1),
    );
    expect(residual(a, await factor.solve(one), one)).toBeLessThanOrEqual(solveResidual);
  });

  it('does not change the matrix', async () => {
    const a = definite(200, 1, 1);
    const given = a.data.slice();
    await engine.factor(a);
    expect(a.data).toEqual(given);
  });

  it('solves a system whose variables have very different sizes', async () => {
    const d = 200;
    const scale = Float64Array.from({ length: d }, (_, i) => 10 ** ((i % 13) - 6));
    const a = definite(d, 0.1, 2);
    const scaled = matrix(
      d,
      d,
      a.data.map((value, k) => value * scale[Math.floor(k / d)]! * scale[k % d]!),
    );
    const b = draw(3).matrix(d, 1);
    const x = await (await engine.factor(scaled)).solve(
      matrix(
        d,
        1,
        b.data.map((value, i) => value * scale[i]!),
      ),
    );
    const back = matrix(
      d,
      1,
      x.data.map((value, i) => value * scale[i]!),
    );
    expect(residual(a, back, b)).toBeLessThanOrEqual(solveResidual);
  });

  it.each([
    ['in the first block', 3],
    ['in a later block', 250],
    ['in the last pivot', 299],
  ])('refuses an indefinite matrix, %s', async (_, index) => {
    const a = definite(300, 0.1, 4);
    a.data[index * 300 + index]! *= -1;
    await expect(engine.factor(a)).rejects.toThrow(NotPositiveDefinite);
  });

  it.each([0, Number.NaN])('refuses a matrix of %d', async (value) => {
    await expect(engine.factor(matrix(150, 150, new Float64Array(150 * 150).fill(value)))).rejects.toThrow(
      NotPositiveDefinite,
    );
  });
});

/** G Gᵀ/d + shift · I. */
function definite(d: number, shift: number, seed: number): Matrix {
  const g = draw(seed).matrix(d, d).data;
  const a = matrix(d, d, new Float64Array(d * d));
  for (let i = 0; i < d; i++)
    for (let j = 0; j <= i; j++) {
      let total = i === j ? shift : 0;
      for (let k = 0; k < d; k++) total += (g[i * d + k]! * g[j * d + k]!) / d;
      a.data[i * d + j] = total;
      a.data[j * d + i] = total;
    }
  return a;
}

function lowerOnly(a: Matrix): Matrix {
  const d = a.shape[0];
  return matrix(
    d,
    d,
    a.data.map((value, k) => (k % d > Math.floor(k / d) ? Number.NaN : value)),
  );
}

/** max |A x − b| / (max row sum of |A| · max |x|). */
function residual(a: Matrix, x: Matrix, b: Matrix): number {
  const [d, columns] = b.shape;
  let [worst, norm] = [0, 0];
  for (let i = 0; i < d; i++) {
    const row = [...a.data.subarray(i * d, (i + 1) * d)];
    norm = Math.max(
      norm,
      row.map(Math.abs).reduce((total, value) => total + value),
    );
    for (let c = 0; c < columns; c++) {
      const product = row.reduce((total, value, j) => total + value * x.data[j * columns + c]!, 0);
      worst = Math.max(worst, Math.abs(product - b.data[i * columns + c]!));
    }
  }
  return worst / (norm * Math.max(...x.data.map(Math.abs)));
}
