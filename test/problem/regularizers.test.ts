import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/algebra/errors.ts';
import { absolute, scaled, squaredNorms } from '../../src/algebra/ops.ts';
import { epsilon, matrix, type Tensor, toPrecision } from '../../src/algebra/tensor.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { termNamed } from '../../src/problem/named.ts';
import { type Regularizer, subgradientDistance } from '../../src/problem/regularizer.ts';
import { regularizers } from '../../src/problem/regularizers/index.ts';
import { draw } from '../oracle/draw.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { closedForm, differenceError, edgeAllowance } from '../tolerance.ts';

const named = (text: string): Regularizer => termNamed(regularizers, text, 'a regularizer');
const members = [
  ...regularizers,
  ...['box(0.25,0.25)', 'box(-0.1,3)', 'elasticNet(0.9)', 'l1Ball(2.5)', 'l1Ball(0.01)'].map(named),
];

/** Rows of six: random ones of many sizes, many of them with zeros, and what a prox makes of them. */
function pointsOf(regularizer: Regularizer, seed: number): Tensor {
  const random = draw(seed);
  const rows = Array.from({ length: 300 }, () => {
    const size = 10 ** random.uniform(-2, 2);
    return Array.from({ length: 6 }, () => (random.uniform(0, 1) < 0.2 ? 0 : size * random.normal()));
  });
  return regularizer.prox(o, matrix(300, 6, Float64Array.from(rows.flat())), o.scalar(0.3));
}

describe.each(members)('the distance to the subgradients of $name', (regularizer) => {
  const x = pointsOf(regularizer, 3);
  const g = draw(4).tensor(x.shape);

  /**
   * (x − prox(x − h g, h weight))/h goes to the shortest element of g + weight ∂r(x) as h goes to 0, and is equal to it
   * for small h where r is piecewise linear.
   */
  it.each([0.2, 1, 5])('is that which a short prox step goes, weight %d', (weight) => {
    const h = 1e-7;
    const z = o.sub(x, scaled(o, h, g));
    const step = scaled(o, 1 / h, o.sub(x, regularizer.prox(o, z, o.scalar(h * weight))));
    expectClose(
      subgradientDistance(o, regularizer, weight, x, g).data,
      squaredNorms(o, step).data,
      differenceError,
    );
  });

  it('is that of g alone at weight 0', () => {
    expectClose(subgradientDistance(o, regularizer, 0, x, g).data, squaredNorms(o, g).data, closedForm);
  });

  it('is not finite where the value is not', () => {
    const anywhere = scaled(o, 3, draw(5).tensor(x.shape));
    const value = regularizer.value(o, anywhere).data;
    const distance = subgradientDistance(o, regularizer, 1, anywhere, g).data;
    expect([...distance].map(Number.isFinite)).toEqual([...value].map(Number.isFinite));
    expect(distance.some(Number.isNaN)).toBe(false);
  });
});

describe.each(members)('a prox of $name', (regularizer) => {
  it('has a finite value and no subgradient is far, in both precisions', () => {
    const z = scaled(o, 30, draw(6).tensor([40, 500]));
    for (const precision of ['float64', 'float32'] as const) {
      const x = toPrecision(regularizer.prox(o, z, o.scalar(2)), precision);
      expect(regularizer.value(o, x).data.every(Number.isFinite)).toBe(true);
      const distance = subgradientDistance(o, regularizer, 2, x, o.sub(x, z)).data;
      const unit = precision === 'float64' ? 1e-12 : 1e-5;
      expectClose(distance, new Float64Array(40), { relative: 0, absolute: unit ** 2 * 500 * 30 ** 2 });
    }
  });
});

describe.each(members.filter(({ distance }) => distance === undefined))(
  'a step a coordinate for $name',
  (regularizer) => {
    it('is the prox of each column with its step', () => {
      const z = draw(10).tensor([50, 3]);
      const steps = [0.1, 1, 7];
      const together = regularizer.prox(o, z, { shape: [3], data: Float64Array.from(steps) });
      for (const [j, step] of steps.entries())
        expect(o.columns(together, j, j + 1).data).toEqual(
          regularizer.prox(o, o.columns(z, j, j + 1), o.scalar(step)).data,
        );
    });
  },
);

describe('box', () => {
  it('rounds its bounds inwards to float32', () => {
    const [low, high] = Float32Array.of(0.1, 0.7);
    expect(low).toBeGreaterThan(0.1);
    expect(high).toBeLessThan(0.7);
    expect(named('box(0.1,0.7)').name).toBe(`box(${low},${high})`);
    const inner = named('box(-0.7,-0.1)').name;
    expect(inner).toBe(`box(${-high!},${-low!})`);
    expect(named('box(-1e300,1e300)').value(o, matrix(1, 1, Float64Array.of(3e38))).data).toEqual(
      Float64Array.of(0),
    );
  });

  it.each(['box(1,0)', 'box(0.1,0.1)', 'box(1e300,1e301)'])('refuses %s', (text) => {
    expect(() => named(text)).toThrow(UserError);
  });
});

describe('elasticNet and l1Ball', () => {
  it.each(['elasticNet(0)', 'elasticNet(1)', 'elasticNet(-1)', 'l1Ball(0)', 'l1Ball(-2)'])(
    'refuse %s',
    (text) => {
      expect(() => named(text)).toThrow(UserError);
    },
  );
});

describe('l1Ball', () => {
  /** By sorting, as in Duchi et al. 2008. */
  function projected(z: readonly number[], radius: number): number[] {
    const sizes = z.map(Math.abs);
    let [sum, tau] = [0, 0];
    for (const [k, size] of sizes.toSorted((a, b) => b - a).entries()) {
      sum += size;
      if (size > (sum - radius) / (k + 1)) tau = Math.max(0, (sum - radius) / (k + 1));
    }
    return z.map((value) => Math.sign(value) * Math.max(0, Math.abs(value) - tau));
  }

  const random = draw(7);
  const wide = 3000;
  const families: Readonly<Record<string, (k: number) => number>> = {
    normal: () => random.normal(),
    'of every size': () => random.normal() * 10 ** random.uniform(-4, 4),
    geometric: (k) => 2 ** ((-40 * k) / wide),
    harmonic: (k) => (-1) ** k / (k + 1),
    ties: (k) => Math.round(k / 1000) / 3,
    nearly: () => 1 + 1e-7 * random.normal(),
  };

  it.each(Object.entries(families))('projects wide rows exactly: %s', (_, element) => {
    const z = Array.from({ length: wide }, (_, k) => element(k));
    for (const radius of [0.01, 1, 50]) {
      const x = named(`l1Ball(${radius})`).prox(o, matrix(1, wide, Float64Array.from(z)), o.scalar(1));
      // The sorted sums are of the size of z.
      const rounding = 1e-12 * radius + epsilon.float64 * Math.max(...z.map(Math.abs));
      expectClose(x.data, projected(z, radius), { relative: 1e-12, absolute: rounding });
      expect(o.sum(absolute(o, x), 1).data[0]).toBeLessThanOrEqual(radius * (1 + 1e-12));
    }
  });

  it('leaves what is inside to the bit', () => {
    const z = scaled(o, 0.05, draw(8).tensor([50, 6]));
    expect(named('l1Ball(2)').prox(o, z, o.scalar(1)).data).toEqual(z.data);
  });

  it('keeps the largest element of a row far outside', () => {
    const x = named('l1Ball').prox(o, matrix(1, 3, Float64Array.of(1, -1e20, 1e3)), o.scalar(1));
    expect([...x.data].map((value) => value + 0)).toEqual([0, -1, 0]);
  });

  it('counts its edge in', () => {
    const at = (x: number): number => named('l1Ball').value(o, matrix(1, 1, Float64Array.of(x))).data[0]!;
    expect(at(1 + edgeAllowance)).toBe(0);
    expect(at(1 + 1.001 * edgeAllowance)).toBe(Number.POSITIVE_INFINITY);
  });
});
