import { describe, expect, it } from 'vitest';
import { type Matrix, matrix } from '../../src/algebra/tensor.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { identity } from '../../src/problem/activations/identity.ts';
import { squared } from '../../src/problem/losses/squared.ts';
import { threeSplitting } from '../../src/splitting/threeSplitting.ts';
import { eliminate } from '../oracle/elimination.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { problemOf } from '../problem/smallProblems.ts';
import { convergedMovement, fixedPoint } from '../tolerance.ts';
import { dataOf, descend, forwardState, totalOf, valuesOf, withAlpha } from './cases.ts';

/**
 * One linear layer with the squared loss, L = ½‖V − Y‖² + γ/2 ‖V − U‖² + γ/2 ‖U − P‖² + λ/2 ‖W‖², P = X Wᵀ + 1 bᵀ.
 * Springs in series: minimised over V and U the first three terms are c/2 ‖Y − P‖² with 1/c = 1 + 1/γ + 1/γ. So W and b
 * are a ridge regression with penalty λ/c on W, and V, U divide the way from Y to P in the ratio 1 : 1/γ : 1/γ.
 */
describe.each([
  { gamma: 1, lambda: 0.3 },
  { gamma: 4, lambda: 2 },
  { gamma: 0.5, lambda: 0.01 },
])('one linear layer, gamma $gamma, lambda $lambda', ({ gamma, lambda }) => {
  const problem = problemOf(identity, squared, { widths: [5, 2], gamma, weights: ['squaredL2', lambda] });
  const { X, Y } = dataOf(problem);

  it('converges to ridge regression', async () => {
    const engine = referenceEngine();
    const state = await forwardState(engine, problem);
    const blocks = threeSplitting.blocks(problem, withAlpha({ V: 1e-3, U: 1e-3, W: 1e-3 }));
    const descent = await descend(engine, problem, blocks, state);
    let [sweeps, moved] = [0, Number.POSITIVE_INFINITY];
    while (moved > convergedMovement && sweeps < 1500) {
      moved = totalOf((await descent.sweep()).movement);
      sweeps++;
    }
    expect(moved).toBeLessThanOrEqual(convergedMovement);

    const c = 1 / (1 + 2 / gamma);
    const { W, b } = ridge(X, Y, lambda / c);
    const P = o.product(X, W, { transposeB: true, plus: b });
    const gap = o.sub(P, Y);
    const expected = {
      W1: W,
      b1: b,
      V1: o.add(Y, o.mul(o.scalar(c), gap)),
      U1: o.add(Y, o.mul(o.scalar(c * (1 + 1 / gamma)), gap)),
    };
    const reached = valuesOf(state);
    for (const [name, { data }] of Object.entries(expected))
      expectClose(reached[name]!.data, data, fixedPoint, name);
  });
});

/** (X̃ᵀX̃ + penalty · diag(1 … 1 0)) W̃ᵀ = X̃ᵀY with X̃ = [X 1], by elimination. */
function ridge(
  X: Matrix,
  Y: Matrix,
  penalty: number,
): { W: Matrix; b: { shape: number[]; data: Float64Array } } {
  const [n, d] = X.shape;
  const outputs = Y.shape[1];
  const wide = matrix(
    n,
    d + 1,
    Float64Array.from({ length: n * (d + 1) }, (_, k) =>
      k % (d + 1) === d ? 1 : X.data[Math.floor(k / (d + 1)) * d + (k % (d + 1))]!,
    ),
  );
  const gram = o.product(wide, wide, { transposeA: true }) as Matrix;
  for (let j = 0; j < d; j++) gram.data[j * (d + 1) + j]! += penalty;
  const solution = eliminate(gram, o.product(wide, Y, { transposeA: true }) as Matrix).data;
  const W = Float64Array.from(
    { length: outputs * d },
    (_, k) => solution[(k % d) * outputs + Math.floor(k / d)]!,
  );
  const b = Float64Array.from({ length: outputs }, (_, k) => solution[d * outputs + k]!);
  return { W: matrix(outputs, d, W), b: { shape: [outputs], data: b } };
}
