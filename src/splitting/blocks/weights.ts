import type { Engine, SpdFactor } from '../../algebra/engine.ts';
import { borderedGram, borderedGramSums } from '../../algebra/gram.ts';
import { type Ops, scaled } from '../../algebra/ops.ts';
import type { Sums } from '../../algebra/pass.ts';
import { type Matrix, matrix, precisionOf, toPrecision, vector } from '../../algebra/tensor.ts';
import type { LayerWeights } from '../../models/network.ts';
import { fanIn, learnedInput, withoutAdded } from '../../problem/inputs.ts';
import {
  linearTarget,
  negativePart,
  preactivation,
  preactivationVariables,
  type Variables,
} from '../../problem/objective.ts';
import {
  activationOf,
  curvatureOf,
  depth,
  gammaOf,
  inputsOf,
  isLifted,
  isQuadratic,
  type Problem,
  weightRegularizerOf,
} from '../../problem/problem.ts';
import type { Known, WeightBlock } from './block.ts';
import { compositeSolver } from './composite.ts';
import { linearised } from './linearised.ts';
import { solveOnSupports } from './supports.ts';
import { weightSearch } from './weightSearch.ts';

/**
 * (W_i, b_i) ← argmin λ/2 ‖W‖² + γ/2 ‖T − V_{i−1} Wᵀ − 1 bᵀ‖² + α/2 ‖(W, b) − (W_i, b_i)‖²   (ZLLY Algorithms 1 to 3; the paper
 * absorbs the bias in W, so the two are solved jointly). With a column of ones appended, Ṽ = [V_{i−1} 1], W̃ = [W b]:
 *   (γ ṼᵀṼ + α I + λ diag(1 … 1 0)) W̃ᵀ = γ ṼᵀT + α W̃_iᵀ.
 * T is U_i in the three-splitting, V_i in the lifted formulation and V_N in the last layer of the two-splitting, without the layers
 * that are added as they are; Fenchel-lifted it is V_i + min(0, W_i V_{i−1} + b_i). In the last layer of the lifted ones it is
 * Z − ∇ℓ(Z)/L, Z = W_N V_{N−1} + b_N and γ = L, the Lipschitz constant of ∇ℓ: the minimiser of a bound of the loss that touches it,
 * which for the squared loss is the loss itself. In the other layers of the two-splitting T and γ are those of the model of σ_i
 * (`linearised`), whose minimiser is searched for the best step of each unit, t = 0 included: the block never rises. All units share
 * one factorisation, unless zeros are kept: then each has the system of its support (`solveOnSupports`).
 *
 * @param mostSteps of an r that is not quadratic in a sweep: the block is then lowered, and minimised over the sweeps.
 */
export function weightBlock(
  problem: Problem,
  layer: number,
  alphaAt: number | ((sweep: number) => number),
  mostSteps?: number,
): WeightBlock {
  const regularizer = weightRegularizerOf(problem, layer);
  const lambda = curvatureOf(regularizer);
  const goal = weightTarget(problem, layer);
  const { gamma } = goal;
  const inputs = inputsOf(problem, layer);
  const [below, here] = [fanIn(problem.widths, inputs), problem.widths[layer]!];

  const gramSums = <T>(o: Ops<T>, x: Variables<T>): Record<string, T> =>
    borderedGramSums(o, learnedInput(o, x, inputs), below);
  const crossSums = <T>(o: Ops<T>, x: Variables<T>): Record<string, T> => {
    const target = withoutAdded(o, x, inputs, goal.value(o, x));
    const V = learnedInput(o, x, inputs);
    return { cross: o.product(V, target, { transposeA: true }), total: o.sum(target, 0) };
  };

  async function solve(
    engine: Engine,
    sums: Sums,
    previous: LayerWeights,
    known: Known,
    sweep: number,
  ): Promise<LayerWeights> {
    const alpha = typeof alphaAt === 'number' ? alphaAt : alphaAt(sweep);
    const right = rightHandSide(sums, previous, alpha);
    if (!isQuadratic(regularizer)) return composite(engine, sums, right, previous, known, alpha);
    const solution = problem.keepsZeros
      ? await solveOnSupports(engine, systemMatrix(sums, alpha), right, previous.W)
      : await (await factorOf(engine, sums, known, alpha)).solve(right);
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
    alpha: number,
  ): Promise<LayerWeights> {
    solver ??= compositeSolver(engine, regularizer, here, below);
    const system = systemMatrix(sums, alpha);
    if (known.factor?.alpha !== alpha) known.inverses = new Map();
    // The solver adds to the diagonal, which would hide a matrix that float32 sums have made indefinite.
    await factorOf(engine, sums, known, alpha);
    known.inverses ??= new Map();
    const { W, b, distance, asked, steps } = await (await solver)({
      system,
      right,
      previous,
      alpha,
      inverses: known.inverses,
      ...(mostSteps !== undefined && { mostSteps }),
    });
    if (distance > asked && mostSteps === undefined)
      known.log(
        `W${layer} with r = ${regularizer.term.name} was solved to a subgradient of ${distance.toPrecision(3)} in ${steps} steps, and ${asked.toPrecision(3)} was asked for.`,
      );
    return { W, b };
  }

  async function factorOf(engine: Engine, sums: Sums, known: Known, alpha: number): Promise<SpdFactor> {
    if (known.factor?.alpha !== alpha)
      known.factor = { alpha, of: await engine.factor(systemMatrix(sums, alpha)) };
    return known.factor.of;
  }

  /** γ ṼᵀṼ + α I + λ diag(1 … 1 0); only the lower triangle is filled. */
  function systemMatrix(sums: Sums, alpha: number): Matrix {
    const system = borderedGram(sums, below, sums.count![0]!, gamma);
    for (let j = 0; j <= below; j++) system.data[j * (below + 2)]! += j < below ? alpha + lambda : alpha;
    return system;
  }

  /** γ ṼᵀT + α W̃_iᵀ, `[d_{i−1} + 1, d_i]`. */
  function rightHandSide(sums: Sums, { W, b }: LayerWeights, alpha: number): Matrix {
    const right = new Float64Array((below + 1) * here);
    for (let j = 0; j < below; j++)
      for (let k = 0; k < here; k++)
        right[j * here + k] = gamma * sums.cross![j * here + k]! + alpha * W.data[k * below + j]!;
    for (let k = 0; k < here; k++) right[below * here + k] = gamma * sums.total![k]! + alpha * b.data[k]!;
    return matrix(below + 1, here, right);
  }

  // The data never change, and neither does their Gram matrix.
  const constant = inputs.learned.every((m) => m === 0);
  const around = [...inputs.learned, ...inputs.added].map((m) => `V${m}`);
  return {
    kind: 'weights',
    name: `W${layer}`,
    layer,
    reads: [...new Set([...around, ...goal.reads])],
    sums: (o, x) => (constant ? crossSums(o, x) : { ...gramSums(o, x), ...crossSums(o, x) }),
    ...(constant ? { constantSums: { reads: ['V0'], sums: gramSums } } : {}),
    ...(goal.searched && typeof alphaAt === 'number'
      ? { search: weightSearch(problem, layer, alphaAt) }
      : {}),
    solve,
  };
}

/** T and γ: what the map of a layer shall be, and how much that weighs. */
interface WeightTarget {
  readonly gamma: number;
  readonly reads: readonly string[];
  /** Whether T is that of a model, whose minimiser need not be that of the block. */
  readonly searched: boolean;
  value<T>(o: Ops<T>, x: Variables<T>): T;
}

function weightTarget(problem: Problem, layer: number): WeightTarget {
  const gamma = gammaOf(problem, layer);
  const last = layer === depth(problem);
  const around = preactivationVariables(problem, layer);
  if (isLifted(problem) && last) {
    const L = problem.loss.properties.gradientLipschitz!;
    return {
      gamma: L,
      reads: [...around, 'Y'],
      searched: false,
      value: (o, x) => {
        const Z = preactivation(o, x, problem, layer);
        return o.sub(Z, scaled(o, 1 / L, problem.loss.subdifferential(o, Z, x.Y!).lower));
      },
    };
  }
  const goal = linearTarget(problem, layer);
  if (problem.formulation === 'two-splitting' && !last) {
    const model = linearised(activationOf(problem, layer));
    return {
      gamma: gamma * model.curvature,
      reads: [goal, ...around],
      searched: true,
      value: (o, x) => model.target(o, x[goal]!, preactivation(o, x, problem, layer)),
    };
  }
  if (problem.formulation === 'fenchel-lifted')
    return {
      gamma,
      reads: [goal, ...around],
      searched: false,
      value: (o, x) => o.add(x[goal]!, negativePart(o, x, problem, layer)),
    };
  return { gamma, reads: [goal], searched: false, value: (_, x) => x[goal]! };
}
