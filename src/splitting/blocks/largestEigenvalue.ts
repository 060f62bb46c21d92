import type { Engine } from '../../algebra/engine.ts';
import type { Ops } from '../../algebra/ops.ts';
import { type Matrix, vector } from '../../algebra/tensor.ts';

/** Squarings before the last, whose trace is a sum of squares. */
const squarings = 5;

/** Rounding of the powers: far more than the 2^k d units that k squarings of a d x d matrix can add up. */
const safety = 1 + 1e-9;

/**
 * An upper bound of the largest eigenvalue of symmetric positive semidefinite matrices, by a factor of at most d^(1/64): for
 * eigenvalues λ_i ≥ 0, max λ_i ≤ (Σ_i λ_i^p)^(1/p) = (tr A^p)^(1/p), here with p = 64 and A^64 = (A^32)². Unlike a power
 * iteration it cannot fall short. Both triangles of the matrix are read.
 */
export async function largestEigenvalueBound(engine: Engine): Promise<(a: Matrix) => Promise<number>> {
  const program = await engine.compile(
    {
      name: 'powers of a matrix',
      inputs: { A: ['n', 'n'] },
      build: <T>(o: Ops<T>, { A }: Readonly<Record<string, T>>) => {
        let power = A as T;
        for (let k = 0; k < squarings; k++) power = o.product(power, power);
        return { squares: o.sum(o.mul(power, power), 0) };
      },
    },
    'float64',
  );
  return async (a) => {
    const d = a.shape[0];
    let trace = 0;
    for (let i = 0; i < d; i++) trace += a.data[i * d + i]!;
    if (trace === 0) return 0;
    // Divided by the trace, the eigenvalues are at most 1 and the largest is at least 1/d: no power overflows or vanishes.
    const unit = { shape: a.shape, data: Float64Array.from(a.data, (value) => value / trace) };
    const squares = new Float64Array(d);
    await program.run({ A: unit }, { squares: vector(squares) });
    const sum = squares.reduce((total, value) => total + value, 0);
    return trace * sum ** (1 / 2 ** (squarings + 1)) * safety;
  };
}
