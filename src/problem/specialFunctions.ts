import { absolute, type Ops } from '../algebra/ops.ts';

/**
 * log(1 + a) for a ≥ 0 with all its digits, also where 1 + a rounds (W. Kahan): the rounding of u = 1 + a changes log u and
 * u − 1 alike, and log u/(u − 1) varies slowly.
 */
export function log1p<T>(o: Ops<T>, a: T): T {
  const one = o.scalar(1);
  const u = o.add(one, a);
  const kept = o.sub(u, one);
  return o.where(o.less(o.scalar(0), kept), o.mul(o.log(u), o.div(a, kept)), a);
}

/** log(1 + e^a), without overflow and never negative. */
export function softplus<T>(o: Ops<T>, a: T): T {
  return o.add(o.relu(a), log1p(o, o.exp(o.sub(o.scalar(0), absolute(o, a)))));
}

/** Newton steps of `wrightOmega` that leave rounding alone. */
export const omegaSteps = 3;

/**
 * Wright's ω(z) for real z: the root w > 0 of w + log w = z, which is W(e^z) of Lambert's W without the overflow.
 *
 * The start is Winitzki's W(x) ≈ L (1 − log(1 + L)/(2 + L)), L = log(1 + x) = softplus(z), off by at most 2%. One step of
 * Newton on w + log w − z,
 *   w ← w/(1 + w) · (1 + z − log w)   (Iacono and Boyd 2017),
 * turns a relative error e into at most e²/2: 2e-4, 2e-8, and then less than rounding.
 * Below −80 it gives ω(−80) < 2e-35: still a positive number in float32, of which the logarithm is taken.
 */
export function wrightOmega<T>(o: Ops<T>, argument: T, steps: number = omegaSteps): T {
  const one = o.scalar(1);
  const z = o.max(argument, o.scalar(-80));
  const L = softplus(o, z);
  let w = o.mul(L, o.sub(one, o.div(o.log(o.add(one, L)), o.add(o.scalar(2), L))));
  for (let step = 0; step < steps; step++) w = o.mul(o.div(w, o.add(one, w)), o.add(one, o.sub(z, o.log(w))));
  return w;
}
