import { type Engine, NotPositiveDefinite, type SpdFactor } from '../algebra/engine.ts';
import { UserError } from '../algebra/errors.ts';
import { borderedGram, borderedGramSums } from '../algebra/gram.ts';
import { compilePass } from '../algebra/pass.ts';
import { chunksOf, viewSamples } from '../algebra/samples.ts';
import { type Matrix, matrix, vector } from '../algebra/tensor.ts';
import type { Classifier, LabelledFeatures, LinearClassifier } from './classifier.ts';
import { requireFinite, requireStrength, strengthGrid } from './strength.ts';

/** Samples in a chunk of the pass. */
const chunk = 2000;
/** Powers of ten about 1 over the mean of ‖x_i‖², among which C is chosen: from nearly no weights to nearly no regularisation. */
const [lowestPower, highestPower] = [-5, 3];

/**
 * Least squares on targets y_i = ±1 with a bias that is not regularised. With X̃ = [X 1] and λ = 1/(2C),
 *
 *   (X̃ᵀX̃ + λ diag(1 … 1 0)) (w, b) = X̃ᵀy,
 *
 * for all classes at once by one Cholesky factorisation. Where C is not given it is the one of least generalised cross-validation
 * error (Golub, Heath & Wahba 1979) Σ‖y − ŷ‖² / (n − tr H)², H = X̃ (X̃ᵀX̃ + λ diag(1 … 1 0))⁻¹ X̃ᵀ: a factorisation for each candidate, and
 * no pass over the samples. Sums are float64 products, so that small λ are safe.
 */
export const ridge: Classifier = {
  name: 'ridge',
  formula: '1/2 |w|^2 + C sum_i (y_i - <w, x_i> - b)^2, y_i in {-1, 1}',
  choice: 'generalised cross-validation on all samples',
  reference: 'Hoerl & Kennard 1970; Golub, Heath & Wahba 1979',
  async train(data, { C: given, engine }) {
    if (given !== undefined) requireStrength(given);
    requireFinite(data.features);
    const sums = await leastSquaresSums(data, engine);
    if (given !== undefined) return { ...(await fitted(sums, given, engine)).classifier, C: given };
    let best: { readonly fit: Fitted; readonly C: number; readonly error: number } | undefined;
    for (const C of strengthGrid(data.features, lowestPower, highestPower)) {
      const fit = await fitted(sums, C, engine);
      const error = await crossValidationError(sums, fit);
      if (best === undefined || error < best.error) best = { fit, C, error };
    }
    return { ...best!.fit.classifier, C: best!.C };
  },
};

interface LeastSquaresSums {
  readonly n: number;
  /** d. */
  readonly width: number;
  readonly classes: number;
  /** X̃ᵀX̃, lower triangle. */
  readonly gram: Matrix;
  /** X̃ᵀY, `[d + 1, classes]`. */
  readonly right: Matrix;
}

async function leastSquaresSums(
  { features, labels, classes }: LabelledFeatures,
  engine: Engine,
): Promise<LeastSquaresSums> {
  const [n, width] = features.shape;
  const targets = new Float64Array(n * classes).fill(-1);
  for (let i = 0; i < n; i++) targets[i * classes + labels[i]!] = 1;
  const pass = await compilePass(
    engine,
    {
      samples: ['V', 'T'],
      updates: {},
      expression: {
        name: 'ridge sums',
        inputs: { V: ['n', width], T: ['n', classes] },
        build: (o, { V, T }) => ({
          ...borderedGramSums(o, V!, width),
          cross: o.product(V!, T!, { transposeA: true }),
          total: o.sum(T!, 0),
        }),
      },
    },
    'float64',
  );
  const chunks = chunksOf(n, chunk);
  const samples = {
    V: viewSamples(chunks, features, features.data instanceof Float32Array ? 'float32' : 'float64'),
    T: viewSamples(chunks, matrix(n, classes, targets), 'float64'),
  };
  const sums = await pass.run(chunks, samples, {});
  await pass.dispose();
  const right = new Float64Array((width + 1) * classes);
  right.set(sums.cross!);
  right.set(sums.total!, width * classes);
  return {
    n,
    width,
    classes,
    gram: borderedGram(sums, width, n, 1),
    right: matrix(width + 1, classes, right),
  };
}

interface Fitted {
  readonly classifier: LinearClassifier;
  /** (w, b) of all classes, `[d + 1, classes]`. */
  readonly solution: Matrix;
  readonly factor: SpdFactor;
  /** λ. */
  readonly lambda: number;
}

async function fitted(
  { width, classes, gram, right }: LeastSquaresSums,
  C: number,
  engine: Engine,
): Promise<Fitted> {
  const lambda = 1 / (2 * C);
  const d = width + 1;
  const system = matrix(d, d, gram.data.slice());
  for (let j = 0; j < width; j++) system.data[j * d + j]! += lambda;
  const factor = await engine.factor(system).catch((error) => {
    if (!(error instanceof NotPositiveDefinite)) throw error;
    throw new UserError(
      `C is ${C}, with which the system of the ridge classifier is singular: give a smaller one.`,
    );
  });
  const solution = await factor.solve(right);
  const W = new Float64Array(classes * width);
  for (let j = 0; j < width; j++)
    for (let k = 0; k < classes; k++) W[k * width + j] = solution.data[j * classes + k]!;
  const classifier = { W: matrix(classes, width, W), b: vector(solution.data.slice(width * classes)) };
  return { classifier, solution, factor, lambda };
}

/**
 * Σ‖y − ŷ‖² / (n − tr H)². With A = G + λ diag(1 … 1 0) and A Z = X̃ᵀY: Σ‖y − ŷ‖² = Σy² − 2⟨Z, X̃ᵀY⟩ + ⟨Z, G Z⟩ and
 * G Z = X̃ᵀY − λ (W, 0), so it is Σy² − ⟨Z, X̃ᵀY⟩ − λ‖W‖²; and tr H = tr(A⁻¹G) = d + 1 − λ Σ_{j ≤ d} (A⁻¹)_jj.
 */
async function crossValidationError(
  { n, width, classes, right }: LeastSquaresSums,
  { solution, classifier, factor, lambda }: Fitted,
): Promise<number> {
  const d = width + 1;
  const unit = matrix(d, d, new Float64Array(d * d));
  for (let j = 0; j < d; j++) unit.data[j * d + j] = 1;
  const inverse = await factor.solve(unit);
  let diagonal = 0;
  for (let j = 0; j < width; j++) diagonal += inverse.data[j * d + j]!;
  const freedom = n - (d - lambda * diagonal);
  let residual = n * classes;
  for (let k = 0; k < right.data.length; k++) residual -= solution.data[k]! * right.data[k]!;
  for (const w of classifier.W.data) residual -= lambda * w * w;
  return residual / freedom ** 2;
}
