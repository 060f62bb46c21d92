import { type Ops, scaled, squaredNorms, totalOf } from '../../algebra/ops.ts';

/** ‖I − A P‖₂ that is enough: a proximal step by P is within a hundredth of the exact one. */
export const inverseError = 0.01;

/** Rounds reach the error for h up to about 10⁵; more would let the rounding of float32 grow beyond it. */
const mostRounds = 8;

/**
 * P ≈ A⁻¹, A = I + H for a symmetric positive semidefinite H, by the scaled Newton iteration (Pan and Schreiber 1991)
 *   P ← s (2 P − P A P),  s = 2/(2 − e²),  e ← e²/(2 − e²),
 * from P = ω I, ω = 2/(2 + h), e = h/(2 + h), where h = ‖H²‖_F^½ is at least the largest eigenvalue of H. After each round P is a
 * polynomial of H and ‖I − A P‖₂ ≤ e < 1; rounds end at `inverseError`. Y = A P of the round before is carried along,
 * Y ← s (2 Y − Y²), so that a round is two products, and P as a number times a matrix.
 */
export function newtonInverse<T>(o: Ops<T>, H: T): { readonly scale: T; readonly matrix: T } {
  const h = o.sqrt(frobenius(o, o.product(H, H)));
  const above = o.add(h, o.scalar(2));
  const omega = o.div(o.scalar(2), above);
  const first = nextError(o, o.div(h, above));
  const Y = o.mul(omega, o.add(H, o.identity(H)));
  // The first round needs no product: s ω (2 I − Y).
  const P = o.sub(scaled(o, 2, o.identity(H)), Y);
  const start = [P, o.mul(first.scale, omega), Y, first.scale, first.error];
  const [matrix, scale] = o.iterate(start, mostRounds, (inner, [P, p, Y, s, e]) => {
    /** 2 (X − X Z/2), without its factor 2. */
    const corrected = (X: T, Z: T): T => inner.product(X, Z, { scale: -1 / 2, plus: X });
    const present = inner.mul(scaled(inner, 2, s!), corrected(Y!, Y!));
    const next = nextError(inner, e!);
    return {
      values: [
        corrected(P!, present),
        inner.mul(scaled(inner, 2, p!), next.scale),
        present,
        next.scale,
        next.error,
      ],
      again: inner.less(inner.scalar(inverseError), next.error),
    };
  });
  return { scale: scale!, matrix: matrix! };
}

/** ‖A‖_F, as one element of rank 1. */
function frobenius<T>(o: Ops<T>, A: T): T {
  return o.sqrt(totalOf(o, squaredNorms(o, A)));
}

/** s, and the next e of a round that starts from an error of e. */
function nextError<T>(o: Ops<T>, e: T): { readonly scale: T; readonly error: T } {
  const square = o.mul(e, e);
  const rest = o.sub(o.scalar(2), square);
  return { scale: o.div(o.scalar(2), rest), error: o.div(square, rest) };
}
