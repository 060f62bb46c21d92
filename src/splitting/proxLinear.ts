import { type Ops, scaled, withZerosOf } from '../algebra/ops.ts';
import { fanIn, learnedInput, weightParts } from '../problem/inputs.ts';
import { forwardStates, preactivation, type Variables } from '../problem/objective.ts';
import {
  activationOf,
  depth,
  gammaOf,
  hasSkip,
  inputsOf,
  isQuadratic,
  layers,
  type Problem,
  shapeOf,
  weightRegularizerOf,
} from '../problem/problem.ts';
import type { BatchMethod, BatchSettings } from './batchMethod.ts';
import { linearised } from './blocks/linearised.ts';
import { outputStateBlock } from './blocks/outputState.ts';
import { proximalLeastSquares } from './blocks/proximalLeastSquares.ts';
import { type Alpha, alphaOf } from './method.ts';

/**
 * Mini-batch block coordinate descent on the two-splitting formulation (2.3) with prox-linear states. On each batch:
 *
 * 1. V_i = σ_i(Z_i), Z_i = V_{i−1} W_iᵀ + b_i, by a forward pass (ZLLY Remark 1): all couplings are met.
 * 2. V_N by the prox of the loss, or its prox-linear step (3.1).
 * 3. V_i, i = N − 1 … 1, by the prox-linear step of γ_{i+1}/2 ‖V_{i+1} − σ(V_i Wᵀ + b)‖² at the present point, against
 *    γ_i/2 ‖V_i − σ_i(Z_i)‖²:   ΔV_i = γ_{i+1}/γ_i (ΔV_{i+1} ⊙ σ′(Z_{i+1})) W_{i+1}, plus ΔV_{i+1} along a link;
 *    the sum of it over all layers that V_i is given to, where these are several.
 *    The coupling is the proximal term: states have no other, and of α only that of the weights is used.
 * 4. Every (W_i, b_i) by its least squares, to about 1 %: with E = (V_i − σ_i(Z_i)) ⊙ σ′(Z_i)/Λ² of the model of σ_i (`linearised`), Λ its Lipschitz constant,
 *      min γ_i Λ²/2 ‖E − V_{i−1} ΔWᵀ − 1 Δbᵀ‖² + α/2 ‖(ΔW, Δb)‖²,
 *    whose solution is ΔWᵀ = V_{i−1}ᵀ X, Δb = Xᵀ 1 with (c I + V_{i−1} V_{i−1}ᵀ + 1 1ᵀ) X = E, c = α/(γ_i Λ²) (the push-through identity).
 * 5. r as a block of its own: where it is quadratic an incremental proximal step (Bertsekas 2011), W_i ← argmin share λ r(W) + α/2 ‖W − W_i‖²;
 *    else W_i ← argmin T r(W) + ½ ‖W − W̃_i‖², where W̃_i is the start plus all steps and T the sum of all share λ/α (regularised dual
 *    averaging, Xiao 2010, 3.2). A step of a batch alone would lift off zero what the prox has just put there; here a zero stays until the
 *    batches agree. Where zeros are to be kept, ΔW_i has those of W_i.
 *
 * α = α_W/√(1 − progress) grows over the run, which takes the place of a falling learning rate, and the network that is trained has
 * the running average of the weights (Polyak and Juditsky 1992), taken twenty times a sweep and over about half of one.
 */
export const proxLinear: BatchMethod = {
  kind: 'batches',
  calibrates: true,
  // The zeros of sparse weights would not outlive an average.
  averages: ({ weightRegularizer }) => isQuadratic(weightRegularizer),
  name: 'proxLinear',
  title: 'mini-batch block coordinate descent, prox-linear two-splitting',
  reference: 'ZLLY (2.3), (3.1), Remark 1, on mini-batches',
  formulation: 'two-splitting',
  defaults: {
    hidden: [300, 300],
    loss: { classification: 'softmaxCrossEntropy', regression: 'squared' },
    // All layers move towards their targets at once: beyond three, each takes its share of 3/N of what they would together.
    penalties(layers) {
      const share = Math.max(1, layers / 3);
      const alpha = [50 * share];
      return { gamma: [0.1 * share], alpha: { V: alpha, U: alpha, W: alpha } };
    },
    // A step of ∇ℓ/γ overshoots where the loss bends as much as the squared one, which pulls ever harder from afar.
    outputUpdate: ({ properties: { gradientLipschitz = Infinity } }) =>
      gradientLipschitz <= 1 / 2 ? 'proxLinear' : 'proximal',
    init: 'he',
    sweeps: 10,
    smoothing: 0.1,
    batch: 128,
  },

  refuse(problem, { outputUpdate }) {
    if (!isQuadratic(problem.stateRegularizer) || problem.stateRegularizer.weight > 0)
      return 'proxLinear sets the states by a forward pass and cannot honour a regularizer on them: use the method threeSplitting.';
    const unbounded = problem.activations.find(({ properties }) => properties.lipschitz === undefined);
    if (unbounded !== undefined)
      return `proxLinear replaces the slopes of an activation by their largest, and those of ${unbounded.name} have none: use the method threeSplitting.`;
    if (outputUpdate === 'proxLinear' && problem.loss.properties.gradientLipschitz === undefined)
      return `The prox-linear update needs a loss whose gradient is Lipschitz continuous, and that of ${problem.loss.name} is not: use the proximal update.`;
    return undefined;
  },

  memory(problem) {
    const summed = layers(problem).filter((i) => !isQuadratic(weightRegularizerOf(problem, i)));
    return Object.fromEntries(
      summed.flatMap((i) => [
        [restOf(i), shapeOf(problem, `W${i}`)],
        [thresholdOf(i), []],
      ]),
    );
  },

  step(o, problem, settings, { x, progress }) {
    const N = depth(problem);
    const states = forwardStates(o, problem, x);
    const rest = o.sqrt(o.sub(o.scalar(1), progress));
    const next: Record<string, (typeof x)[string]> = {};
    const output = outputStateBlock(problem, { ...settings, alpha: noneOnStates }).update(o, states);
    const moves = new Map([[N, o.sub(output, states[`V${N}`]!)]]);
    for (const i of layers(problem).toReversed()) {
      const moved = moves.get(i)!;
      const gaps = linearGaps(o, states, problem, i, moved);
      Object.assign(next, weightStep(o, states, problem, settings, i, gaps.scaled, rest));
      const pulled = (m: number, by: () => (typeof x)[string]): void => {
        if (m === 0) return;
        const [before, part] = [moves.get(m), scaled(o, gammaOf(problem, i) / gammaOf(problem, m), by())];
        moves.set(m, before === undefined ? part : o.add(before, part));
      };
      const inputs = inputsOf(problem, i);
      for (const { layer, columns } of weightParts(o, x[`W${i}`]!, problem.widths, inputs))
        pulled(layer, () => o.product(gaps.plain, columns()));
      for (const m of inputs.added) pulled(m, () => gaps.plain);
      if (hasSkip(problem, i)) pulled(i - 1, () => moved);
    }
    return next;
  },
};

/** W̃_i − W_i, what the prox has taken off so far. */
const restOf = (layer: number): string => `rest of W${layer}`;
/** T of W_i. */
const thresholdOf = (layer: number): string => `threshold of W${layer}`;

/** States have no proximal term besides their coupling. */
const noneOnStates: Alpha = { V: [0], U: [0], W: [0] };

/** ΔV_i ⊙ σ′(Z_i), and the same over Λ², the gap of the model of σ_i. */
function linearGaps<T>(
  o: Ops<T>,
  x: Variables<T>,
  problem: Problem,
  layer: number,
  moved: T,
): { readonly plain: T; readonly scaled: T } {
  const sigma = activationOf(problem, layer);
  const slope = sigma.subdifferential(o, preactivation(o, x, problem, layer)).lower;
  const plain = o.mul(moved, slope);
  return { plain, scaled: scaled(o, 1 / linearised(sigma).curvature, plain) };
}

/** Steps 4 and 5 of `proxLinear`. */
function weightStep<T>(
  o: Ops<T>,
  x: Variables<T>,
  problem: Problem,
  settings: BatchSettings,
  layer: number,
  E: T,
  rest: T,
): Record<string, T> {
  const inputs = inputsOf(problem, layer);
  const V = learnedInput(o, x, inputs);
  const alpha = o.div(o.scalar(alphaOf(settings.alpha.W, layer)), rest);
  const curvature = gammaOf(problem, layer) * linearised(activationOf(problem, layer)).curvature;
  const c = scaled(o, 1 / curvature, alpha);
  const move = proximalLeastSquares(o, V, E, c, {
    samples: settings.batch,
    inputs: fanIn(problem.widths, inputs),
  });
  const b = o.add(x[`b${layer}`]!, move.b);
  const regularizer = weightRegularizerOf(problem, layer);
  const { term, weight } = regularizer;
  const W = x[`W${layer}`]!;
  const moved = o.add(W, problem.keepsZeros ? withZerosOf(o, W, move.W) : move.W);
  if (weight === 0) return { [`W${layer}`]: moved, [`b${layer}`]: b };
  const step = o.div(o.scalar(settings.share * weight), alpha);
  if (isQuadratic(regularizer)) return { [`W${layer}`]: term.prox(o, moved, step), [`b${layer}`]: b };
  const dense = o.add(moved, x[restOf(layer)]!);
  const threshold = o.add(x[thresholdOf(layer)]!, step);
  const next = term.prox(o, dense, threshold);
  return {
    [`W${layer}`]: next,
    [`b${layer}`]: b,
    [restOf(layer)]: o.sub(dense, next),
    [thresholdOf(layer)]: threshold,
  };
}
