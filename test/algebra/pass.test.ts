import { afterAll, describe, expect, it } from 'vitest';
import { compilePass, type Pass } from '../../src/algebra/pass.ts';
import { chunksOf, emptySamples, gather, viewSamples } from '../../src/algebra/samples.ts';
import { type Matrix, precisionOf, type Tensor, toPrecision } from '../../src/algebra/tensor.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { onnx } from '../engine/onnxEngines.ts';
import { draw } from '../oracle/draw.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { closedForm, engineAgreement } from '../tolerance.ts';

/** V ← X W + V, with sums over samples of every shape; one of them reads the old V. */
const pass: Pass = {
  samples: ['X', 'V'],
  updates: { next: 'V' },
  expression: {
    name: 'example',
    inputs: { X: ['n', 3], V: ['n', 2], W: [3, 2] },
    build: (o, { X, V, W }) => ({
      next: o.product(X!, W!, { plus: V! }),
      gram: o.product(X!, X!, { transposeA: true }),
      total: o.sum(V!, 0),
      'sum of squares': o.sum(o.mul(V!, V!), 1),
    }),
  },
};

const [n, random] = [23, draw(2)];
const [X, V, W] = [random.matrix(n, 3), random.matrix(n, 2), random.matrix(3, 2)];
const once = o.product(X, W, { plus: V });
const twice = o.product(X, W, { plus: once });
const sumOf = ({ data }: Tensor): number => [...data].reduce((sum, value) => sum + value, 0);

const engines = { reference: referenceEngine(), float32: onnx('float32'), float64: onnx('float64') };

describe.each(Object.entries(engines))('a pass on %s', (_, engine) => {
  afterAll(() => engine.dispose());
  const tolerance = engine.precision === 'float64' ? closedForm : engineAgreement.float32;

  it.each([1, 4, 8, 23, 100])('updates states and sums over samples, at most %d a chunk', async (rows) => {
    const compiled = await compilePass(engine, pass);
    const given = dataOf(rows);
    const sums = await compiled.run(given.chunks, given.samples, { W });
    expectClose(gather(given.samples.V).data, once.data, tolerance);
    expectClose(sums.gram!, o.product(X, X, { transposeA: true }).data, tolerance);
    expectClose(sums.total!, o.sum(V, 0).data, tolerance);
    expectClose(sums['sum of squares']!, [sumOf(o.mul(V, V))], tolerance);
    expect(Object.keys(sums).sort()).toEqual(['gram', 'sum of squares', 'total']);
    expect(Object.values(sums).every((sum) => sum instanceof Float64Array)).toBe(true);
    const again = await compiled.run(given.chunks, given.samples, { W });
    expectClose(gather(given.samples.V).data, twice.data, tolerance);
    expectClose(again.total!, o.sum(once, 0).data, tolerance);
  });

  it('serves several sets of samples in turn, with chunks of any size', async () => {
    const compiled = await compilePass(engine, pass);
    const sets = [4, 100, 8].map(dataOf);
    for (const expected of [once, twice])
      for (const given of sets) {
        await compiled.run(given.chunks, given.samples, { W });
        for (const { samples } of sets.slice(0, sets.indexOf(given) + 1))
          expectClose(gather(samples.V).data, expected.data, tolerance);
      }
  });

  it('does not touch what it only reads', async () => {
    const given = dataOf(4);
    const [input, weights] = [gather(given.samples.X), W.data.slice()];
    await (await compilePass(engine, pass)).run(given.chunks, given.samples, { W });
    expect(gather(given.samples.X)).toEqual(input);
    expect(W.data).toEqual(weights);
  });

  it('can be repeated in float64 whatever the precision of the samples', async () => {
    const sumsOnly: Pass = {
      ...pass,
      updates: {},
      expression: {
        ...pass.expression,
        build: (o, x) => ({ gram: o.product(x.X!, x.X!, { transposeA: true }) }),
      },
    };
    const given = dataOf(4);
    const compiled = await compilePass(engine, sumsOnly, 'float64');
    const { gram } = await compiled.run(given.chunks, given.samples, { W });
    expectClose(gram!, o.product(X, X, { transposeA: true }).data, closedForm);
    expect(precisionOf(gather(given.samples.X))).toBe(engine.precision);
  });

  function dataOf(rows: number) {
    const chunks = chunksOf(n, rows);
    const samples = {
      X: viewSamples(chunks, X, engine.precision),
      V: emptySamples(chunks, 2, engine.precision),
    };
    const start: Matrix = toPrecision(V, engine.precision);
    for (const [c, chunk] of samples.V.chunks.entries())
      chunk.set(start.data.subarray(2 * chunks.starts[c]!, 2 * chunks.starts[c + 1]!));
    return { chunks, samples };
  }
});
