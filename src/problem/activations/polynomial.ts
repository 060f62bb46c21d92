import { UserError } from '../../algebra/errors.ts';
import { absolute, type Ops, scaled } from '../../algebra/ops.ts';
import type { Activation } from '../activation.ts';
import { oneSlope } from '../term.ts';

/** Newton steps for the positive root; the errors that they leave are told at `quadraticProx`. */
const cubicSteps = 5;

/**
 * σ(u) = c0 + c1 u + c2 u². The default is the least-squares approximation of max(0, u) = (u + |u|)/2 on [−1, 1]: of |u| it is
 * 3/16 + 15/16 u², from the Legendre polynomials 1 and (3u² − 1)/2.
 */
export const polynomial: Activation = { ...member(3 / 32, 1 / 2, 15 / 32), name: 'polynomial' };

function member(c0: number, c1: number, c2: number): Activation {
  return {
    name: `polynomial(${[c0, c1, ...(c2 === 0 ? [] : [c2])]})`,
    formula: `${c0} + ${c1} u${c2 === 0 ? '' : ` + ${c2} u^2`}`,
    solution:
      c2 === 0 ? 'closed form' : `the positive root of a cubic: ${cubicSteps} Newton steps, and 1 in u`,
    reference: 'ZLLY 2.1.1, appendix B (b1), (b5)',
    family: {
      parameters: ['c0', 'c1…'],
      admissible: 'degree 2 at most; by default as in the formula',
      make,
    },
    properties: {
      lipschitz: c2 === 0 ? Math.abs(c1) : undefined,
      lipschitzWithin: (radius) => Math.abs(c1) + 2 * Math.abs(c2) * radius,
      definability: 'real analytic',
    },
    // Horner's rule.
    value: (o, u) => o.add(o.mul(o.add(scaled(o, c2, u), o.scalar(c1)), u), o.scalar(c0)),
    subdifferential(o, u) {
      const slope = o.add(scaled(o, 2 * c2, u), o.scalar(c1));
      return oneSlope(slope);
    },
    prox(o, a, b, penalty) {
      const rest = o.sub(a, o.scalar(c0));
      if (c2 !== 0) return quadraticProx(o, rest, b, penalty, c1, c2);
      const curvature = c1 * c1 + penalty;
      return o.add(scaled(o, c1 / curvature, rest), scaled(o, penalty / curvature, b));
    },
  };
}

function make(...coefficients: readonly number[]): Activation {
  const degree = coefficients.findLastIndex((coefficient) => coefficient !== 0);
  if (degree > 2)
    throw new UserError(
      `polynomial(${coefficients}) has degree ${degree}, where at most 2 is possible: beyond it the exact update of the states would need all roots of a polynomial of degree ${2 * degree - 1}.`,
    );
  const [c0 = 0, c1 = 0, c2 = 0] = coefficients;
  return member(c0, c1, c2);
}

/**
 * argmin_u ½ (c1 u + c2 u² − a)² + ρ/2 (u − b)², ρ = penalty.
 *
 * With the vertex w = −c1/(2 c2), u = w + x and β = b − w the objective is ½ (c2 x² − c1²/(4 c2) − a)² + ρ/2 (x − β)², which is even
 * but for the term −ρβx: a minimiser has the sign of β, and for β = 0 the nonnegative one is returned. For β ≥ 0 divide the
 * derivative by 2 c2²:
 *   x³ + p x − q = 0,   p = (ρ/c2 − c1²/(2 c2) − 2a)/(2 c2),   q = ρβ/(2 c2²) ≥ 0.
 * Its coefficients change sign once, so one root is positive (Descartes), and that is the minimiser. The cubic is convex for
 * x ≥ 0; s + c with s = √max(0, −p) and c = ∛q is not below the root, since (s + c)³ − s² (s + c) − c³ ≥ 0, and not above twice the
 * root unless p is large, where one step of Newton makes up for it. From there Newton decreases monotonically: the largest relative
 * errors of 200,000 cubics of all sizes are 0.03, 1e-3, 1e-6 and 2e-12 after two to five steps. The last step is taken in u,
 * since w + x is not accurate where u is much smaller than w.
 */
function quadraticProx<T>(o: Ops<T>, a: T, b: T, penalty: number, c1: number, c2: number): T {
  const [zero, vertex] = [o.scalar(0), o.scalar(-c1 / (2 * c2))];
  const beta = o.sub(b, vertex);
  const q = scaled(o, penalty / (2 * c2 * c2), absolute(o, beta));
  const p = o.sub(o.scalar((penalty - (c1 * c1) / 2) / (2 * c2 * c2)), scaled(o, 1 / c2, a));
  const power = (base: T, exponent: number): T => o.exp(scaled(o, exponent, o.log(base)));
  let x = o.add(power(o.relu(o.sub(zero, p)), 1 / 2), power(q, 1 / 3));
  let slope = x;
  for (let step = 0; step < cubicSteps; step++) {
    const square = o.mul(x, x);
    const value = o.sub(o.mul(x, o.add(square, p)), q);
    // Only p = q = 0 has the slope 0 at its root.
    slope = o.max(o.add(scaled(o, 3, square), p), o.scalar(1e-30));
    x = o.sub(x, o.div(value, slope));
  }
  const u = o.add(vertex, o.where(o.less(beta, zero), o.sub(zero, x), x));
  const steep = scaled(o, 2 * c2, u);
  const miss = o.sub(o.mul(u, o.add(scaled(o, c2, u), o.scalar(c1))), a);
  const derivative = o.add(o.mul(o.add(steep, o.scalar(c1)), miss), scaled(o, penalty, o.sub(u, b)));
  const curvature = o.max(scaled(o, 2 * c2 * c2, slope), o.scalar(penalty * 2 ** -20));
  return o.sub(u, o.div(derivative, curvature));
}
