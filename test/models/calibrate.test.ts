import { describe, expect, it } from 'vitest';
import { floats, type Matrix, matrix, toPrecision } from '../../src/algebra/tensor.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { calibrate, wantedSpread } from '../../src/models/calibrate.ts';
import { forward, namedWeights } from '../../src/models/forward.ts';
import { initialise } from '../../src/models/initialise.ts';
import { type LayerWeights, mlp, type Network, residualMlp } from '../../src/models/network.ts';
import { activations } from '../../src/problem/activations/index.ts';
import { onnx } from '../engine/onnxEngines.ts';
import { draw } from '../oracle/draw.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { calibration, closedForm } from '../tolerance.ts';

const engines = { reference: referenceEngine(), float32: onnx('float32'), float64: onnx('float64') };
const { reference } = engines;
const deep = mlp(6, [8, 9, 10, 9, 8, 7], 3, 'relu');

/** Mean and spread of the preactivations of a layer: the root of the mean over its units of their variances. */
interface Layer {
  readonly means: number[];
  readonly spread: number;
}

function layersOf(network: Network, weights: readonly LayerWeights[], X: Matrix): Layer[] {
  const wide = weights.map(({ W, b }) => ({ W: toPrecision(W, 'float64'), b: toPrecision(b, 'float64') }));
  const values = forward(o, { V0: X, ...namedWeights(wide) }, network);
  return weights.map((_, i) => {
    const { shape, data } = values[`U${i + 1}`]!;
    const units = Array.from({ length: shape[1]! }, (_, k) => [
      ...data.filter((_, at) => at % shape[1]! === k),
    ]);
    const mean = (numbers: readonly number[]): number =>
      numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
    const variances = units.map((unit) => mean(unit.map((x) => (x - mean(unit)) ** 2)));
    return { means: units.map(mean), spread: Math.sqrt(mean(variances)) };
  });
}

const samplesOf = (n: number, inputs: number): Matrix => draw(n).matrix(n, inputs);

describe('a start at which every layer tells samples apart', () => {
  it.each(Object.entries(engines))('is left as it is, on %s', async (_, engine) => {
    const weights = initialise(deep, 'he', 1, engine.precision);
    const X = samplesOf(40, 6);
    const { changed, spreads, weights: same } = await calibrate(engine, deep, weights, X);
    expect(changed).toBe(false);
    expect(same).toHaveLength(weights.length);
    for (const [i, layer] of same.entries()) expect(layer).toBe(weights[i]);
    const told = layersOf(deep, weights, X).map(({ spread }) => spread);
    expectClose(spreads, told, calibration(engine.precision), 'spreads');
  });
});

describe('a start at which the signal fades', () => {
  const networks: readonly Network[] = [
    ...activations.map(({ name }) => mlp(6, [8, 9, 10, 9, 8, 7], 3, name)),
    residualMlp(6, new Array<number>(6).fill(8), 3, 'relu'),
  ];

  it.each(networks)('is rescaled layer by layer: $activation, residual $residual', async (network) => {
    for (const engine of Object.values(engines)) {
      const weights = initialise(network, 'paper', 1, engine.precision);
      const X = samplesOf(60, 6);
      const copy = structuredClone(weights);
      const calibrated = await calibrate(engine, network, weights, X);
      expect(weights).toEqual(copy);
      expect(calibrated.changed).toBe(true);
      const faint = layersOf(network, weights, X).map(({ spread }) => spread);
      expectClose(calibrated.spreads, faint, calibration(engine.precision), 'spreads');
      for (const [i, { means, spread }] of layersOf(network, calibrated.weights, X).entries()) {
        const tolerance = calibration(engine.precision);
        expectClose([spread], [wantedSpread], tolerance, `spread of layer ${i + 1}`);
        expectClose(
          means,
          means.map(() => 0),
          tolerance,
          `means of layer ${i + 1}`,
        );
      }
      const again = await calibrate(engine, network, calibrated.weights, X);
      expect(again.changed).toBe(false);
    }
  });

  it('keeps the directions of its weights', async () => {
    const weights = initialise(deep, 'paper', 2, 'float64');
    const { weights: rescaled } = await calibrate(reference, deep, weights, samplesOf(50, 6));
    for (const [i, { W }] of rescaled.entries()) {
      const factor = W.data[0]! / weights[i]!.W.data[0]!;
      expect(factor).toBeGreaterThan(1);
      const scaled = weights[i]!.W.data.map((w) => factor * w);
      expectClose(W.data, scaled, closedForm, `W${i + 1}`);
    }
  });

  it('is judged by the first thousand samples', async () => {
    const weights = initialise(deep, 'paper', 3, 'float64');
    const X = samplesOf(1100, 6);
    const first = matrix(1000, 6, X.data.slice(0, 6000));
    const all = await calibrate(reference, deep, weights, X);
    expect(all).toEqual(await calibrate(reference, deep, weights, first));
  });
});

describe('samples that cannot be told apart', () => {
  /** The first weights do not matter: nothing can be done. */
  const cases: readonly (readonly [title: string, X: Matrix])[] = [
    ['one sample', samplesOf(1, 6)],
    ['samples of zeros', matrix(20, 6, new Float64Array(120))],
    [
      'thirty equal samples',
      matrix(
        30,
        6,
        Float64Array.from({ length: 180 }, (_, k) => 0.1 + (k % 6) / 7),
      ),
    ],
  ];

  it.each(cases)('leave weights of their size: %s', async (_, X) => {
    for (const engine of Object.values(engines))
      for (const init of ['paper', 'he', 'identity']) {
        const weights = initialise(deep, init, 4, engine.precision);
        const { weights: left } = await calibrate(engine, deep, weights, toPrecision(X, engine.precision));
        expect(left.map(({ W }) => [...W.data])).toEqual(weights.map(({ W }) => [...W.data]));
        expect(left.map(({ b }) => [...b.data])).toEqual(weights.map(({ b }) => [...b.data]));
      }
  });

  it('do not keep later layers from it: a layer of dead units is passed over', async () => {
    const network = mlp(2, [3, 4], 2, 'relu');
    const weights = initialise(network, 'he', 5, 'float64').map(({ W, b }, i) => ({
      W,
      b: { ...b, data: floats('float64', b.data.length).fill(i === 1 ? -1e3 : 0.1) },
    }));
    const { weights: left, changed } = await calibrate(reference, network, weights, samplesOf(20, 2));
    expect(changed).toBe(true);
    const [first, second] = layersOf(network, left, samplesOf(20, 2));
    for (const { spread } of [first!, second!]) expectClose([spread], [wantedSpread], closedForm);
    expect(left.every(({ W, b }) => [...W.data, ...b.data].every(Number.isFinite))).toBe(true);
  });
});
