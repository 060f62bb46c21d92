import { describe, expect, it } from 'vitest';
import { scaled, squaredNorms } from '../../src/algebra/ops.ts';
import type { Tensor } from '../../src/algebra/tensor.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { activations } from '../../src/problem/activations/index.ts';
import { regularizers } from '../../src/problem/regularizers/index.ts';
import { draw } from '../oracle/draw.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { closedForm, inequalitySlack } from '../tolerance.ts';
import { columns, quarters, rowFunctions, rows } from './rowFunctions.ts';

const declared = rowFunctions.filter(({ properties }) => 'convex' in properties);

describe.each(declared)('the declared properties of $name', (term) => {
  const { value, subdifferential, separable, finite, properties } = term;
  const random = draw(8);
  const points = [
    quarters(6),
    random.tensor([rows, columns]),
    scaled(o, 1000, random.tensor([rows, columns])),
  ];

  it('smooth: one slope everywhere, and only then', () => {
    const { lower, upper } = subdifferential(finite(points[0]!));
    expect(lower.data.every((end, k) => end === upper.data[k])).toBe(properties.smooth);
  });

  it('nonnegative: no value is below zero', () => {
    expect(properties.nonnegative).toBe(true);
    for (const x of points) for (const at of value(x).data) expect(at).toBeGreaterThanOrEqual(0);
  });

  it('convex: no value is below the line of a subgradient, and only then', () => {
    const violations = points.flatMap((z) =>
      points
        .map(finite)
        .flatMap((x) => (separable ? subgradientViolations(x, z) : chordViolations(x, finite(z)))),
    );
    expect(violations.length === 0, `${violations.slice(0, 3)}`).toBe(properties.convex);
  });

  /** f(z) ≥ f(x) + ⟨g, z − x⟩ for the subgradients g at both ends of the interval. */
  function subgradientViolations(x: Tensor, z: Tensor): number[] {
    const { lower, upper } = subdifferential(x);
    const [atX, atZ] = [value(x).data, value(z).data];
    return [lower, upper].flatMap((end) => {
      // An infinite end stands for every slope up to it.
      const g = {
        ...end,
        data: end.data.map((slope) => (Number.isFinite(slope) ? slope : 1e6 * Math.sign(slope))),
      };
      const rise = o.sum(o.mul(g, o.sub(z, x)), 1).data;
      return [...rise].filter(
        (along, i) => atZ[i]! < atX[i]! + along - inequalitySlack(atX[i]!, atZ[i]!, along),
      );
    });
  }

  /** f((x + z)/2) ≤ (f(x) + f(z))/2. */
  function chordViolations(x: Tensor, z: Tensor): number[] {
    const [atX, atZ] = [value(x).data, value(z).data];
    const middle = value(scaled(o, 0.5, o.add(x, z))).data;
    return [...middle].filter(
      (at, i) => !(at <= (atX[i]! + atZ[i]!) / 2 + inequalitySlack(atX[i]!, atZ[i]!)),
    );
  }
});

const lipschitz = activations.filter(({ properties }) => properties.lipschitz !== undefined);

describe.each(lipschitz)('the Lipschitz constant of $name', ({ value, subdifferential, properties }) => {
  const random = draw(9);
  const [u, v] = [scaled(o, 10, random.tensor([1000, 1])), quarters(7)];

  it('bounds every chord and every slope', () => {
    const far = o.sub(u, o.scalar(3));
    const rise = o.sub(value(o, u), value(o, far)).data;
    const run = o.sub(u, far).data;
    for (const [k, up] of rise.entries())
      expect(Math.abs(up)).toBeLessThanOrEqual(
        properties.lipschitz! * Math.abs(run[k]!) + inequalitySlack(up),
      );
    for (const slope of Object.values(subdifferential(o, v)).flatMap(({ data }) => [...data]))
      expect(Math.abs(slope)).toBeLessThanOrEqual(properties.lipschitz!);
  });
});

const quadratic = regularizers.filter(({ properties }) => properties.curvature !== undefined);

describe.each(quadratic)('the curvature of $name', ({ value, prox, properties }) => {
  it('makes value and prox those of a multiple of ½‖x‖²', () => {
    const kappa = properties.curvature!;
    const x = draw(10).tensor([rows, columns]);
    expectClose(value(o, x).data, scaled(o, kappa / 2, squaredNorms(o, x)).data, closedForm);
    expectClose(prox(o, x, o.scalar(0.7)).data, scaled(o, 1 / (1 + 0.7 * kappa), x).data, closedForm);
  });
});
