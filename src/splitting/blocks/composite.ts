import type { Engine, Expression, Program, Shape } from '../../algebra/engine.ts';
import { scaled, squaredNorms } from '../../algebra/ops.ts';
import {
  epsilon,
  type Matrix,
  matrix,
  precisionOf,
  squaredDistance,
  squaredNorm,
  type Tensor,
  toPrecision,
  vector,
} from '../../algebra/tensor.ts';
import type { LayerWeights } from '../../models/network.ts';
import type { Weighted } from '../../problem/problem.ts';
import { subgradientDistance } from '../../problem/regularizer.ts';

/** (A + ρ D)⁻¹ by ρ. Where A is constant, whoever keeps them saves the factorisations of the next sweep. */
export type KnownInverses = Map<number, Matrix>;

export interface CompositeProblem {
  /** H, `[d + 1, d + 1]`, symmetric positive definite; the lower triangle is read. Its last row belongs to the bias. */
  readonly system: Matrix;
  /** Gᵀ, `[d + 1, units]`. */
  readonly right: Matrix;
  /** Where the descent starts; also the centre of the proximal term, whose weight is alpha. */
  readonly previous: LayerWeights;
  readonly alpha: number;
  readonly inverses?: KnownInverses;
  /** Steps after which it stops wherever it is; 2,000 unless told. */
  readonly mostSteps?: number;
}

export interface CompositeSolution extends LayerWeights {
  /** dist(0, ∂F(W)) before W is rounded. */
  readonly distance: number;
  /** What was asked of it; missed when the most steps were not enough, or when rounding is all that is left to gain. */
  readonly asked: number;
  readonly steps: number;
}

export type CompositeSolver = (problem: CompositeProblem) => Promise<CompositeSolution>;

/** dist(0, ∂F(W)) ≤ accuracy · α ‖W − W_previous‖: the relative error that convergence proofs allow for. */
export const compositeAccuracy = 0.1;
const usualMostSteps = 2000;
const stepsBetweenChecks = 10;
/** Changes of ρ end here: with one ρ the method converges from wherever it is. */
const mostChanges = 10;
const overrelaxation = 1.6;

/**
 * The weight update with a regularizer that is not quadratic,
 *   (W, b) ← argmin ½ ⟨W̃, W̃ H⟩ − ⟨W̃, G⟩ + λ r(W),   W̃ = [W b],
 * from the Gram matrix alone. The bias is eliminated exactly: with H = [H_w h; hᵀ η], b = (G_b − W h)/η and
 *   F(W) = ½ ⟨W, W A⟩ − ⟨W, g⟩ + λ r(W),   A = H_w − h hᵀ/η,   g = G_w − G_b hᵀ/η.
 *
 * F is minimised by the alternating direction method of multipliers (Boyd et al. 2011, 3.1 and 3.4; relaxation a = 1.6)
 *   X = (g + (Z − Y) R) (A + R)⁻¹,   X̂ = a X + (1 − a) Z,   Z ← prox_{λ r R⁻¹}(X̂ + Y),   Y ← Y + X̂ − Z,
 * one product a step. The spectrum of a Gram matrix decays over many decades: the inverse solves what takes an accelerated
 * gradient method hundreds of steps. R = ρ D: ρ starts at the mean eigenvalue m and follows the balance of the residuals
 * (3.4.1). Where r separates over coordinates, D = diag(√(A_jj/m)) meets inputs of different scales half-way: neither D = I nor
 * the scales themselves take as few steps. Otherwise D = I.
 *
 * Rows of W are problems of their own. Of each row the iterate Z with the smallest distance is kept among those that do not
 * lie above the previous row, so that F never rises and L(previous) − L(new) ≥ α/2 ‖new − previous‖² holds however early the
 * method stops. Z comes from a prox: its zeros and bounds are exact.
 */
export async function compositeSolver(
  engine: Engine,
  { term, weight }: Weighted,
  here: number,
  below: number,
): Promise<CompositeSolver> {
  const [W, A] = [[here, below] as const, [below, below] as const];
  const separable = term.distance === undefined;
  const compile = (
    name: string,
    inputs: Readonly<Record<string, Shape>>,
    build: Expression['build'],
  ): Promise<Program> => engine.compile({ name, inputs, build }, 'float64');

  const step = await compile('step of the weights', { Z: W, Y: W, g: W, inverse: A, R: [below] }, (o, x) => {
    const target = o.add(x.g!, o.mul(x.R!, o.sub(x.Z!, x.Y!)));
    const X = o.product(target, x.inverse!);
    const relaxed = o.add(scaled(o, overrelaxation, X), scaled(o, 1 - overrelaxation, x.Z!));
    const shifted = o.add(relaxed, x.Y!);
    const next = term.prox(o, shifted, o.div(o.scalar(weight), x.R!));
    return {
      'next Z': next,
      'next Y': o.sub(shifted, next),
      primal: squaredNorms(o, o.sub(X, next)),
      dual: squaredNorms(o, o.sub(next, x.Z!)),
    };
  });
  /** F(W) − F(previous) = ⟨W − previous, (W A + previous A)/2 − g⟩ + λ r(W) − λ r(previous), without the large parts of both. */
  const check = await compile(
    'check of the weights',
    { W, previous: W, 'previous A': W, g: W, A },
    (o, x) => {
      const product = o.product(x.W!, x.A!);
      const slope = o.sub(scaled(o, 0.5, o.add(product, x['previous A']!)), x.g!);
      const change = o.sum(o.mul(o.sub(x.W!, x.previous!), slope), 1);
      const rise = o.sub(term.value(o, x.W!), term.value(o, x.previous!));
      return {
        'W A': product,
        change: o.add(change, scaled(o, weight, rise)),
        distance: subgradientDistance(o, term, weight, x.W!, o.sub(product, x.g!)),
      };
    },
  );

  return async ({ system, right, previous, alpha, inverses = new Map(), mostSteps = usualMostSteps }) => {
    const { a, g, bias } = withoutBias(system, right);
    const start = toPrecision(previous.W, 'float64');
    const best = matrix(here, below, Float64Array.from(start.data));
    const [product, startProduct] = [zeros(here, below), zeros(here, below)];
    const [change, distance, bestDistance] = [rows(here), rows(here), rows(here)];
    await check.run(
      { W: start, previous: start, 'previous A': product, g, A: a },
      { 'W A': startProduct, change, distance: bestDistance },
    );
    // What rounding W leaves.
    const rounding = Math.max(epsilon[precisionOf(previous.W)], 1e-12) * Math.sqrt(squaredNorm(g));
    const asked = (): number =>
      compositeAccuracy * alpha * Math.sqrt(squaredDistance(best, start)) + rounding;

    const mean = total(vector(diagonal(a))) / below;
    let rho = mean;
    const metric = Float64Array.from(diagonal(a), (scale) => (separable ? Math.sqrt(scale / mean) : 1));
    let inverse = await inverseOf(rho);
    let [Z, Y] = [matrix(here, below, Float64Array.from(start.data)), zeros(here, below)];
    let [nextZ, nextY] = [zeros(here, below), zeros(here, below)];
    // The multiplier that belongs to the previous weights: from a minimiser the method does not move.
    for (let k = 0; k < Y.data.length; k++)
      Y.data[k] = (g.data[k]! - startProduct.data[k]!) / (rho * metric[k % below]!);
    const [primal, dual] = [rows(here), rows(here)];
    // A row that cannot be lowered any more is done where Z has arrived, even if it stays at the previous weights.
    const left = vector(Float64Array.from(bestDistance.data));
    let [steps, changes] = [0, 0];
    while (Math.sqrt(total(left)) > asked() && steps < mostSteps) {
      for (let k = 0; k < stepsBetweenChecks; k++) {
        await step.run(
          { Z, Y, g, inverse, R: vector(metric.map((m) => rho * m)) },
          { 'next Z': nextZ, 'next Y': nextY, primal, dual },
        );
        [Z, nextZ, Y, nextY] = [nextZ, Z, nextY, Y];
      }
      steps += stepsBetweenChecks;
      await check.run(
        { W: Z, previous: start, 'previous A': startProduct, g, A: a },
        { 'W A': product, change, distance },
      );
      for (let i = 0; i < here; i++) {
        left.data[i] = Math.min(left.data[i]!, distance.data[i]!);
        if (!(change.data[i]! <= 0 && distance.data[i]! < bestDistance.data[i]!)) continue;
        best.data.set(Z.data.subarray(i * below, (i + 1) * below), i * below);
        bestDistance.data[i] = distance.data[i]!;
      }
      // ρ is right where X − Z and the last change of Z are equally large, relative to Z and Y.
      const balance = Math.sqrt(total(primal) / squaredNorm(Z) / (total(dual) / squaredNorm(Y)));
      const factor = 2 ** Math.max(-2, Math.min(2, Math.round(Math.log2(balance) / 2)));
      if (Number.isNaN(factor) || factor === 1 || changes === mostChanges) continue;
      changes++;
      rho *= factor;
      inverse = await inverseOf(rho);
      for (let k = 0; k < Y.data.length; k++) Y.data[k]! /= factor;
    }
    const precision = precisionOf(previous.W);
    const b = toPrecision(vector(bias(best)), precision);
    const reached = Math.sqrt(total(bestDistance));
    return { W: toPrecision(best, precision), b, distance: reached, asked: asked(), steps };

    async function inverseOf(shift: number): Promise<Matrix> {
      const known = inverses.get(shift);
      if (known !== undefined) return known;
      const ones = new Float64Array(below).fill(1);
      const factor = await engine.factor(
        plusDiagonal(
          a,
          metric.map((m) => shift * m),
        ),
      );
      const made = await factor.solve(plusDiagonal(zeros(below, below), ones));
      inverses.set(shift, made);
      return made;
    }
  };
}

/** A = H_w − h hᵀ/η, g = G_w − G_b hᵀ/η and b = (G_b − W h)/η. */
function withoutBias(
  system: Matrix,
  right: Matrix,
): { readonly a: Matrix; readonly g: Matrix; readonly bias: (W: Matrix) => Float64Array } {
  const [wide, here] = right.shape;
  const d = wide - 1;
  const h = system.data.subarray(d * wide, d * wide + d);
  const eta = system.data[d * wide + d]!;
  const total = right.data.subarray(d * here);
  const [a, g] = [zeros(d, d), zeros(here, d)];
  for (let i = 0; i < d; i++)
    for (let j = 0; j <= i; j++) {
      const value = system.data[i * wide + j]! - (h[i]! * h[j]!) / eta;
      a.data[i * d + j] = value;
      a.data[j * d + i] = value;
    }
  for (let k = 0; k < here; k++)
    for (let j = 0; j < d; j++) g.data[k * d + j] = right.data[j * here + k]! - (total[k]! * h[j]!) / eta;
  const bias = (W: Matrix): Float64Array =>
    Float64Array.from({ length: here }, (_, k) => {
      let rest = total[k]!;
      for (let j = 0; j < d; j++) rest -= W.data[k * d + j]! * h[j]!;
      return rest / eta;
    });
  return { a, g, bias };
}

function plusDiagonal(a: Matrix, shift: Float64Array): Matrix {
  const sum = matrix(...a.shape, Float64Array.from(a.data));
  for (const [i, by] of shift.entries()) sum.data[i * shift.length + i]! += by;
  return sum;
}

function diagonal(a: Matrix): Float64Array {
  return Float64Array.from({ length: a.shape[0] }, (_, i) => a.data[i * a.shape[0] + i]!);
}

function zeros(count: number, columns: number): Matrix {
  return matrix(count, columns, new Float64Array(count * columns));
}

function rows(count: number): Tensor {
  return vector(new Float64Array(count));
}

function total({ data }: Tensor): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]!;
  return sum;
}
