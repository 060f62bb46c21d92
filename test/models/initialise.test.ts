import { describe, expect, it } from 'vitest';
import { initialisations, initialise } from '../../src/models/initialise.ts';
import { mlp } from '../../src/models/network.ts';
import { expectClose } from '../oracle/expectClose.ts';

const network = mlp(200, [150, 150, 120], 100, 'relu');
const last = network.widths.length - 1;

interface Start {
  /** Variance of the weights of a layer, and what is added to their diagonal. */
  readonly layer: (i: number) => { readonly variance: number; readonly diagonal: number };
  readonly bias: number;
}

/** What the formula that users see promises, such as `W_1 ~ N(0, 2/d_0), W_i ~ I + N(0, 0.01^2), W_N ~ …, b = 0.1`. */
function promised(formula: string): Start {
  const laws = [...formula.matchAll(/(W(?:_\w)?) ~ (I \+ )?N\(0, ([^)]+)\)/g)];
  const variance = (law: string, inputs: number): number => {
    const [, number, power, over] = /^([\d.]+)(\^2)?(\/d_\w+)?$/.exec(law)!;
    return Number(number) ** (power ? 2 : 1) / (over ? inputs : 1);
  };
  return {
    layer(i) {
      const place = i === 1 ? 'W_1' : i === last ? 'W_N' : 'W_i';
      const [, , identity, law] = laws.find(([, name]) => name === place || name === 'W')!;
      return { variance: variance(law!, network.widths[i - 1]!), diagonal: identity ? 1 : 0 };
    },
    bias: Number(/b = ([\d.]+)/.exec(formula)![1]),
  };
}

describe.each(Object.entries(initialisations))('the start %s', (init, { formula }) => {
  const weights = initialise(network, init, 7, 'float64');
  const start = promised(formula);

  it('has the shapes of the network', () => {
    expect(weights.map(({ W, b }) => [W.shape, b.shape])).toEqual([
      [[150, 200], [150]],
      [[150, 150], [150]],
      [[120, 150], [120]],
      [[100, 120], [100]],
    ]);
  });

  it.each([1, 2, 3, 4])('draws layer %d from the normal distribution of its formula', (i) => {
    const { variance, diagonal } = start.layer(i);
    const { W } = weights[i - 1]!;
    const columns = W.shape[1];
    const units = Float64Array.from(W.data, (w, k) => {
      const onDiagonal = Math.floor(k / columns) === k % columns;
      return (w - (onDiagonal ? diagonal : 0)) / Math.sqrt(variance);
    });
    const n = units.length;
    const moment = (power: number): number => units.reduce((sum, x) => sum + x ** power, 0) / n;
    // Five standard errors of the first, second and fourth moment of n standard normal numbers.
    expectClose([moment(1)], [0], { relative: 0, absolute: 5 / Math.sqrt(n) }, 'mean');
    expectClose([moment(2)], [1], { relative: 0, absolute: 5 * Math.sqrt(2 / n) }, 'variance');
    expectClose([moment(4)], [3], { relative: 0, absolute: 5 * Math.sqrt(96 / n) }, 'fourth moment');
    const trace = Array.from({ length: Math.min(...W.shape) }, (_, k) => units[k * columns + k]!);
    const mean = trace.reduce((sum, x) => sum + x, 0) / trace.length;
    expectClose([mean], [0], { relative: 0, absolute: 5 / Math.sqrt(trace.length) }, 'mean on the diagonal');
  });

  it('has the bias of its formula', () => {
    for (const { b } of weights) expect(new Set(b.data)).toEqual(new Set([start.bias]));
  });

  it('repeats with its seed and changes with it', () => {
    expect(initialise(network, init, 7, 'float64')).toEqual(weights);
    expect(initialise(network, init, 8, 'float64')[0]!.W.data).not.toEqual(weights[0]!.W.data);
  });

  it('draws each layer anew', () => {
    const [, second, third] = weights.map(({ W }) => W.data.slice(1, 100));
    expect(second).not.toEqual(third);
  });

  it('is the same in float32, rounded', () => {
    const rounded = initialise(network, init, 7, 'float32');
    const twoRoundings = { relative: 2 ** -22, absolute: 2 ** -28 };
    for (const [i, { W, b }] of rounded.entries()) {
      expect(W.data).toBeInstanceOf(Float32Array);
      expectClose(W.data, weights[i]!.W.data, twoRoundings, `W${i + 1}`);
      expect(b.data).toEqual(Float32Array.from(weights[i]!.b.data));
    }
  });
});

it('is drawn around the identity nowhere where no layer lies between hidden ones', () => {
  for (const hidden of [[], [5]]) {
    const diagonals = initialise(mlp(5, hidden, 5, 'relu'), 'identity', 1, 'float64').map(({ W }) =>
      Array.from({ length: 5 }, (_, k) => W.data[6 * k]!),
    );
    for (const diagonal of diagonals) expect(Math.max(...diagonal)).toBeLessThan(0.7);
  }
});
