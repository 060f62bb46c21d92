import type { Engine } from '../../algebra/engine.ts';
import { borderedGram, borderedGramSums } from '../../algebra/gram.ts';
import type { Ops } from '../../algebra/ops.ts';
import type { Sums } from '../../algebra/pass.ts';
import { type Matrix, matrix, precisionOf, toPrecision, vector } from '../../algebra/tensor.ts';
import type { LayerWeights } from '../../models/network.ts';
import {
  linearTarget,
  preactivation,
  preactivationVariables,
  type Variables,
} from '../../problem/objective.ts';
import {
  activationOf,
  curvatureOf,
  depth,
  gammaOf,
  isQuadratic,
  type Problem,
} from '../../problem/problem.ts';
import type { Known, WeightBlock } from './block.ts';
import { compositeSolver } from './composite.ts';
import { linearised } from './linearised.ts';
import { weightSearch } from './weightSearch.ts';

/**
 * (W_i, b_i) ← argmin λ/2 ‖W‖² + γ/2 ‖T − V_{i−1} Wᵀ − 1 bᵀ‖² + α/2 ‖(W, b) − (W_i, b_i)‖²   (ZLLY Algorithms 1 to 3; the paper
 * absorbs the bias in W, so the two are solved jointly). With a column of ones appended, Ṽ = [V_{i−1} 1], W̃ = [W b]:
 *   (γ ṼᵀṼ + α I + λ diag(1 … 1 0)) W̃ᵀ = γ ṼᵀT + α W̃_iᵀ.
 * T is U_i in the three-splitting and V_N in the last layer of the two-splitting. In its other layers T and γ are those of the
 * model of σ_i (`linearised`), whose minimiser is searched for the best step of each unit, t = 0 included: all units
 * share one factorisation, and the block never rises.
 */
export function weightBlock(problem: Problem, layer: number, alpha: number): WeightBlock {
  const regularizer = problem.weightRegularizer;
  const lambda = curvatureOf(regularizer);
  const modelled = problem.formulation === 'two-splitting' && layer < depth(problem);
  const model = modelled ? linearised(activationOf(problem, layer)) : undefined;
  const gamma = gammaOf(problem, layer) * (model?.curvature ?? 1);
  const [below, here] = [problem.widths[layer - 1]!, problem.widths[layer]!];
  const V = `V${layer - 1}`;
  const goal = linearTarget(problem, layer);

  const gramSums = <T>(o: Ops<T>, x: Variables<T>): Record<string, T> => borderedGramSums(o, x[V]!, below);
  const crossSums = <T>(o: Ops<T>, x: Variables<T>): Record<string, T> => {
    const target = model ? model.target(o, x[goal]!, preactivation(o, x, layer)) : x[goal]!;
    return { cross: o.product(x[V]!, target, { transposeA: true }), total: o.sum(target, 0) };
  };

  async function solve(
    engine: Engine,
    sums: Sums,
    previous: LayerWeights,
    known: Known,
  ): Promise<LayerWeights> {
    const right = rightHandSide(sums, previous);
    if (!isQuadratic(regularizer)) return composite(engine, sums, right, previous, known);
    known.factor ??= await engine.factor(systemMatrix(sums));
    const solution = await known.factor.solve(right);
    const [W, b] = [new Float64Array(here * below), new Float64Array(here)];
    for (let j = 0; j < below; j++)
      for (let k = 0; k < here; k++) W[k * below + j] = solution.data[j * here + k]!;
    for (let k = 0; k < here; k++) b[k] = solution.data[below * here + k]!;
    const precision = precisionOf(previous.W);
    return { W: toPrecision(matrix(here, below, W), precision), b: toPrecision(vector(b), precision) };
  }

  let solver: ReturnType<typeof compositeSolver> | undefined;

  /** The same block with an r that is not quadratic, on the same sums. */
  async function composite(
    engine: Engine,
    sums: Sums,
    right: Matrix,
    previous: LayerWeights,
    known: Known,
  ): Promise<LayerWeights> {
    solver ??= compositeSolver(engine, regularizer, here, below);
    const system = systemMatrix(sums);
    // The solver adds to the diagonal, which would hide a matrix that float32 sums have made indefinite.
    known.factor ??= await engine.factor(system);
    known.inverses ??= new Map();
    const { W, b, distance, asked, steps } = await (await solver)({
      system,
      right,
      previous,
      alpha,
      inverses: known.inverses,
    });
    if (distance > asked)
      known.log(
        `W${layer} with r = ${regularizer.term.name} was solved to a subgradient of ${distance.toPrecision(3)} in ${steps} steps, and ${asked.toPrecision(3)} was asked for.`,
      );
    return { W, b };
  }

  /** γ ṼᵀṼ + α I + λ diag(1 … 1 0); only the lower triangle is filled. */
  function systemMatrix(sums: Sums): Matrix {
    const d = below + 1;
    const system = borderedGram(sums, below, sums.count![0]!, gamma);
    for (let j = 0; j < d; j++) system.data[j * d + j]! += j < below ? alpha + lambda : alpha;
    return system;
  }

  /** γ ṼᵀT + α W̃_iᵀ, `[d_{i−1} + 1, d_i]`. */
  function rightHandSide(sums: Sums, { W, b }: LayerWeights): Matrix {
    const right = new Float64Array((below + 1) * here);
    for (let j = 0; j < below; j++)
      for (let k = 0; k < here; k++)
        right[j * here + k] = gamma * sums.cross![j * here + k]! + alpha * W.data[k * below + j]!;
    for (let k = 0; k < here; k++) right[below * here + k] = gamma * sums.total![k]! + alpha * b.data[k]!;
    return matrix(below + 1, here, right);
  }

  // The data never change, and neither does their Gram matrix.
  const constant = layer === 1;
  return {
    kind: 'weights',
    name: `W${layer}`,
    layer,
    reads: modelled ? [goal, ...preactivationVariables(layer)] : [V, goal],
    sums: (o, x) => (constant ? crossSums(o, x) : { ...gramSums(o, x), ...crossSums(o, x) }),
    ...(constant ? { constantSums: { reads: [V], sums: gramSums } } : {}),
    ...(modelled ? { search: weightSearch(problem, layer, alpha) } : {}),
    solve,
  };
}
