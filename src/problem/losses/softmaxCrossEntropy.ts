import { type Ops, scaled } from '../../algebra/ops.ts';
import type { Loss } from '../loss.ts';
import { log1p, wrightOmega } from '../specialFunctions.ts';
import { oneSlope } from '../term.ts';

/** Newton steps for the multiplier, on an ω that is good to 2e-4, and then for the whole row. */
const multiplierSteps = 8;
const rowSteps = 2;

/**
 * One-hot rows y ∈ {0, 1}^d, p = softmax(v): ℓ(v; y) = −Σ_j y_j log p_j. A row of zeros costs nothing.
 *
 * Prox: with t = step Σ_j y_j it solves v = x + step y − t p. Since log p_j = v_j − λ with λ = log Σ_i e^{v_i}, the numbers
 * w_j = t p_j solve w_j + log w_j = z_j − λ for z_j = x_j + step y_j + log t. Thus w_j = ω(z_j − λ), Wright's function, and λ is
 * the root of S(λ) = Σ_j ω(z_j − λ) = t. It is found as the root of
 *   g(λ) = S + log S − t − log t,   g′(λ) = −(1 + 1/S) Σ_j w_j/(1 + w_j),
 * which for d = 1 is linear, as it is for small w. g is convex: with φ = ω, φ′ = ω/(1 + ω), φ″ = ω/(1 + ω)³ the quotient
 * φ′²/φ″ = w + w² =: H(w) is superadditive, so S′² ≤ S″ Σ_j H(w_j) ≤ S″ H(S) (Cauchy and Schwarz), which is g″ ≥ 0. Newton
 * from below the root therefore climbs to it and needs no safeguard. It starts where ω(max_j z_j − λ) = t, since S is not less
 * than one of its terms; ω(z) = s is z = s + log s. In trials of every size of x and step, those searched for the worst case
 * among them, seven steps are enough for a hundred outputs and five for ten.
 *
 * Two Newton steps on F(v) = v − x + step ∇ℓ(v) then remove what the errors of λ and ω, and the cancellation in
 * x + step y − t p, have left. The Jacobian is D − t p pᵀ with D = 1 + t p. By Sherman and Morrison, where the denominator
 * 1 − t Σ_i p_i²/D_i is Σ_i p_i/D_i because Σ_i p_i = 1, a step is
 *   v ← v − F + t (p/D)(F − F̄),   F̄ the mean of F with weights p/D,
 * and v − F is x − step ∇ℓ(v).
 */
export const softmaxCrossEntropy: Loss = {
  name: 'softmaxCrossEntropy',
  formula: '-sum_j y_j log softmax(v)_j, y one-hot',
  solution: `${multiplierSteps} Newton steps on the multiplier of each row, from below the root; then ${rowSteps} on the row`,
  reference: 'folklore; multinomial form of ZLLY appendix B (a3)',
  coding: '0/1',
  tasks: ['classification'],
  properties: {
    convex: true,
    smooth: true,
    nonnegative: true,
    definability: 'real analytic',
    // ∇²ℓ = diag(p) − p pᵀ, and ⟨h, ∇²ℓ h⟩ is the variance of h under p: at most (max h − min h)²/4 ≤ ‖h‖²/2.
    gradientLipschitz: 1 / 2,
  },
  value(o, v, y) {
    const { largest, others } = parts(o, v);
    return o.sum(o.mul(y, o.add(o.sub(largest, v), log1p(o, others))), 1);
  },
  prox(o, x, y, step) {
    let v = approximateProx(o, x, y, step);
    const t = scaled(o, step, rowSum(o, y));
    const one = o.scalar(1);
    for (let k = 0; k < rowSteps; k++) {
      const { p } = parts(o, v);
      const target = o.sub(x, scaled(o, step, gradient(o, v, y)));
      const F = o.sub(v, target);
      const weight = o.div(p, o.add(one, o.mul(t, p)));
      const mean = rowSum(o, o.mul(o.div(weight, rowSum(o, weight)), F));
      v = o.add(target, o.mul(o.mul(t, weight), o.sub(F, mean)));
    }
    return v;
  },
  subdifferential(o, v, y) {
    const slope = gradient(o, v, y);
    return oneSlope(slope);
  },
};

/** To about 1e-4 in each coordinate, which is near enough for Newton. */
function approximateProx<T>(o: Ops<T>, x: T, y: T, step: number): T {
  const one = o.scalar(1);
  // A row of zeros has t = 0 and needs a finite answer only.
  const t = o.max(scaled(o, step, rowSum(o, y)), o.scalar(1e-30));
  const inverse = (s: T): T => o.add(s, o.log(s));
  const moved = o.add(x, scaled(o, step, y));
  const z = o.add(moved, o.log(t));
  let lambda = o.sub(o.column(o.largest(z)), inverse(t));
  for (let k = 0; k < multiplierSteps; k++) {
    const w = wrightOmega(o, o.sub(z, lambda), 1);
    const S = rowSum(o, w);
    const slope = o.mul(o.add(one, o.div(one, S)), rowSum(o, o.div(w, o.add(one, w))));
    lambda = o.add(lambda, o.div(o.sub(inverse(S), inverse(t)), slope));
  }
  const w = wrightOmega(o, o.sub(z, lambda), 1);
  // Both are v_j; each is free of cancellation where the other is not.
  return o.where(o.less(w, one), o.sub(moved, w), o.add(lambda, o.log(o.div(w, t))));
}

/**
 * (Σ_i y_i) p_j − y_j, without the cancellation of p_j against 1 in a row that is classified well:
 * (Σ_i y_i − y_j) p_j − y_j (1 − p_j).
 */
function gradient<T>(o: Ops<T>, v: T, y: T): T {
  const { p, complement } = parts(o, v);
  return o.sub(o.mul(o.sub(rowSum(o, y), y), p), o.mul(y, complement));
}

/** p = softmax(v), its complement 1 − p, and `others` = Σ_i e^{v_i − largest} − 1, all with all their digits. */
function parts<T>(
  o: Ops<T>,
  v: T,
): { readonly p: T; readonly complement: T; readonly largest: T; readonly others: T } {
  const [zero, one] = [o.scalar(0), o.scalar(1)];
  const largest = o.column(o.largest(v));
  const below = o.less(v, largest);
  const e = o.exp(o.sub(v, largest));
  // The largest element counts 1, and the others that equal it count here.
  const ties = o.sub(rowSum(o, o.where(below, zero, one)), one);
  const others = o.add(rowSum(o, o.where(below, e, zero)), ties);
  const total = o.add(one, others);
  return {
    p: o.div(e, total),
    complement: o.div(o.where(below, o.sub(total, e), others), total),
    largest,
    others,
  };
}

function rowSum<T>(o: Ops<T>, a: T): T {
  return o.column(o.sum(a, 1));
}
