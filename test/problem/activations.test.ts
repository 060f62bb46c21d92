import { afterAll, describe, expect, it } from 'vitest';
import type { Expression } from '../../src/algebra/engine.ts';
import { UserError } from '../../src/algebra/errors.ts';
import { scaled } from '../../src/algebra/ops.ts';
import { epsilon, type Tensor } from '../../src/algebra/tensor.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import type { Activation } from '../../src/problem/activation.ts';
import { activations } from '../../src/problem/activations/index.ts';
import { termNamed } from '../../src/problem/named.ts';
import { evaluate } from '../engine/evaluate.ts';
import { onnx, precisions } from '../engine/onnxEngines.ts';
import { bruteForce } from '../oracle/bruteForce.ts';
import { draw } from '../oracle/draw.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { bruteForceSlack, closedForm } from '../tolerance.ts';
import { column } from './proxProblems.ts';

const named = (text: string): Activation => termNamed(activations, text, 'an activation');
const valueAt = (text: string, ...points: number[]): number[] => [
  ...named(text).value(o, column(points)).data,
];
const proxAt = (text: string, a: number, b: number, penalty: number): number =>
  named(text).prox(o, column([a]), column([b]), penalty).data[0]!;

/** (E.1), in float64. */
function objective(sigma: Activation, a: Tensor, b: Tensor, penalty: number, u: Tensor): Tensor {
  const [miss, move] = [o.sub(sigma.value(o, u), a), o.sub(u, b)];
  return scaled(o, 0.5, o.add(o.mul(miss, miss), scaled(o, penalty, o.mul(move, move))));
}

describe('the value of', () => {
  it.each([
    ['tanh', [0, Math.log(3) / 2, 1e6, -1e6], [0, 0.5, 1, -1]],
    ['sigmoid', [0, Math.log(3), 1e6, -1e6], [0.5, 0.75, 1, 0]],
    ['softplus', [0, Math.log(Math.E - 1), 1e6, -1e6], [Math.LN2, 1, 1e6, 0]],
    ['softplus(5)', [0, 2, -1e6], [Math.LN2 / 5, 2 + Math.log1p(Math.exp(-10)) / 5, 0]],
    ['leakyRelu', [1, -1], [1, -0.01]],
    ['leakyRelu(0.2)', [1, -1], [1, -0.2]],
    ['polynomial(1,2)', [0, 3], [1, 7]],
    ['polynomial(1,-2,3)', [0, 2], [1, 9]],
    ['polynomial(7)', [0, 2], undefined],
  ])('%s is known', (text, points, expected) => {
    if (expected === undefined) expect(() => named(text)).toThrow(UserError);
    else expectClose(valueAt(text, ...points), expected, closedForm);
  });

  it('polynomial misses max(0, u) on [-1, 1] by what no polynomial of degree 2 can mend', () => {
    const points = Array.from({ length: 20_001 }, (_, k) => k / 10_000 - 1);
    const miss = valueAt('polynomial', ...points).map((value, k) => value - Math.max(0, points[k]!));
    for (const power of [0, 1, 2]) {
      const moment = miss.reduce((sum, error, k) => sum + error * points[k]! ** power, 0) / points.length;
      expect(Math.abs(moment)).toBeLessThan(1e-4);
    }
  });
});

describe('a family of activations', () => {
  it('keeps the plain name for its default and repeats the numbers of others', () => {
    const names = ['softplus', 'softplus(5)', 'leakyRelu', 'leakyRelu(0.2)', 'polynomial(0,1,0.5)'];
    expect(names.map((text) => named(text).name)).toEqual(names);
    expect(named('polynomial(2,-1,0)').name).toBe('polynomial(2,-1)');
  });

  it.each([
    ['softplus(0)', 'softplus(0) is not an activation: t must be above 0'],
    ['softplus(-2)', 't must be above 0'],
    ['leakyRelu(0)', 'the slope must be above 0 and below 1'],
    ['leakyRelu(1)', 'the slope must be above 0 and below 1'],
    ['polynomial(0,0,0,2)', 'polynomial(0,0,0,2) has degree 3, where at most 2 is possible'],
  ])('refuses %s in a sentence', (text, words) => {
    expect(() => named(text)).toThrow(UserError);
    expect(() => named(text)).toThrow(words);
  });

  it('has the Lipschitz constant of its member', () => {
    expect(named('polynomial(0,-3)').properties.lipschitz).toBe(3);
    expect(named('polynomial(0,-3,1)').properties.lipschitz).toBeUndefined();
  });
});

describe('the prox of', () => {
  it.each(['tanh', 'sigmoid', 'softplus', 'softplus(5)', 'polynomial(1,2)', 'polynomial'])(
    '%s finds the point for which the targets are made, where the objective is convex',
    (text) => {
      const random = draw(41);
      const u = column(Array.from({ length: 500 }, () => random.uniform(-1.5, 1.5)));
      const b = o.add(u, column(Array.from({ length: 500 }, () => random.uniform(-0.05, 0.05))));
      const { value, subdifferential, prox } = named(text);
      for (const penalty of [6, 2]) {
        // σ'(u) (σ(u) − a) + penalty (u − b) = 0.
        const slope = o.add(subdifferential(o, u).lower, o.scalar(0));
        const steep = column(slope.data.map((s) => (Math.abs(s) < 0.1 ? Number.NaN : s)));
        const a = o.add(value(o, u), o.div(scaled(o, penalty, o.sub(u, b)), steep));
        const kept = [...a.data.keys()].filter((k) => Math.abs(a.data[k]!) < 2);
        expect(kept.length).toBeGreaterThan(100);
        const found = prox(o, a, b, penalty).data;
        expectClose(
          kept.map((k) => found[k]!),
          kept.map((k) => u.data[k]!),
          closedForm,
        );
      }
    },
  );

  it('tanh and sigmoid is odd about its centre', () => {
    const random = draw(42);
    const [a, b] = [0, 1].map(() => column(Array.from({ length: 500 }, () => 5 * random.normal())));
    const minus = (x: Tensor): Tensor => scaled(o, -1, x);
    for (const penalty of [0.1, 2, 6]) {
      const tanh = named('tanh').prox(o, minus(a!), minus(b!), penalty);
      expectClose(minus(tanh).data, named('tanh').prox(o, a!, b!, penalty).data, closedForm);
      const sigmoid = named('sigmoid').prox(o, o.sub(o.scalar(1), a!), minus(b!), penalty);
      expectClose(minus(sigmoid).data, named('sigmoid').prox(o, a!, b!, penalty).data, closedForm);
    }
  });

  it('polynomial gives the upper minimiser on a tie, and the one on the side of b otherwise', () => {
    // ½ (u² − 4)² + u² is least where u² = 3.
    expectClose([proxAt('polynomial(0,0,1)', 4, 0, 2)], [Math.sqrt(3)], closedForm);
    expect(proxAt('polynomial(0,0,1)', 4, -1e-6, 2)).toBeLessThan(-1.7);
    // p = q = 0: the minimum of fourth order.
    expect(proxAt('polynomial(0,0,1)', 1, 0, 2)).toBe(0);
  });

  it('tanh and softplus stays at b where σ is flat and the target out of reach', () => {
    expectClose([proxAt('tanh', 2, -1e3, 6), proxAt('softplus', 2, -1e3, 6)], [-1e3, -1e3], closedForm);
    expectClose([proxAt('tanh', 1e6, 1e6, 6), proxAt('softplus', 1e6, 1e6, 6)], [1e6, 1e6], closedForm);
  });
});

/** Targets and centres for which f has two minima: about to merge, or about equally low. */
const twoMinima: Readonly<Record<string, (penalty: number, random: ReturnType<typeof draw>) => number[]>> = {
  'tanh near merging': (penalty, random) => [penalty * random.uniform(0.8, 1.8), random.uniform(-2, 0)],
  'tanh near a tie': (penalty, random) => {
    const a = penalty * 10 ** random.uniform(0, 5);
    return [a, -Math.sqrt(a / penalty) * random.uniform(0.6, 3)];
  },
  'softplus near merging': (penalty, random) => [penalty * random.uniform(3, 9), random.uniform(-6, 0)],
  'softplus near a tie': (penalty, random) => {
    const a = Math.max(1, penalty) * 10 ** random.uniform(0, 3);
    return [a, -a * (Math.sqrt(1 + 1 / penalty) - 1) * random.uniform(0.9, 1.1) - 1];
  },
};

describe.each(Object.entries(twoMinima))('two minima, %s', (name, pair) => {
  it.each([0.1, 0.5, 2, 6, 32, 96])('give the lower one, penalty %d', (penalty) => {
    const random = draw(43);
    const sigma = named(name.split(' ')[0]!);
    const pairs = Array.from({ length: 1000 }, () => pair(penalty, random));
    const [a, b] = [column(pairs.map((p) => p[0]!)), column(pairs.map((p) => p[1]!))];
    const reached = objective(sigma, a, b, penalty, sigma.prox(o, a, b, penalty)).data;
    // The minimum for max(0, u) is near the one that softplus has on the right.
    const vertex = o.add(scaled(o, 1 / (1 + penalty), a), scaled(o, penalty / (1 + penalty), b));
    const searches = [b, scaled(o, 0, b), vertex].flatMap(({ data }) =>
      [1, 6].map((near) => ({ data, near })),
    );
    const lowest = searches.map(({ data, near }) =>
      bruteForce(
        (u) => objective(sigma, a, b, penalty, column(u)).data,
        data,
        data.map(() => near),
      ),
    );
    const excess = [...reached].map((value, k) => {
      const low = Math.min(...lowest.map((found) => found[k]!));
      return value - low - bruteForceSlack(low);
    });
    expect(Math.max(...excess)).toBeLessThanOrEqual(0);
  });
});

describe.each(precisions)('the prox in %s ONNX', (precision) => {
  const engine = onnx(precision);
  afterAll(() => engine.dispose());
  const sizes = [0, 1e-6, 0.5, 1, 2, 30, 1e3, 1e6].flatMap((x) => [x, -x]);
  const pairs = sizes.flatMap((a) => sizes.map((b) => [a, b] as const));
  const [a, b] = [column(pairs.map((p) => p[0])), column(pairs.map((p) => p[1]))];

  it.each([...activations, ...['softplus(5)', 'leakyRelu(0.2)', 'polynomial(1,-2,0.01)'].map(named)])(
    'of $name is as low as the reference for numbers of every size',
    async (sigma) => {
      for (const penalty of [1e-6, 0.1, 2, 6, 1e6]) {
        const expression: Expression = {
          name: 'prox',
          inputs: { a: ['n', 1], b: ['n', 1] },
          build: (ops, x) => ({ u: sigma.prox(ops, x.a!, x.b!, penalty) }),
        };
        const { u } = await evaluate(engine, expression, { a, b }, pairs.length);
        const reached = objective(sigma, a, b, penalty, u!).data;
        const lowest = objective(sigma, a, b, penalty, sigma.prox(o, a, b, penalty)).data;
        const failed = pairs.flatMap(([target, centre], k) => {
          const slack = Math.sqrt(epsilon[precision]) * (1 + target ** 2 + lowest[k]!);
          return reached[k]! <= lowest[k]! + slack
            ? []
            : [[target, centre, penalty, u!.data[k], reached[k], lowest[k]]];
        });
        expect(failed.slice(0, 3)).toEqual([]);
      }
    },
  );
});
