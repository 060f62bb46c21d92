import { afterAll, describe, expect, it } from 'vitest';
import { type Matrix, matrix, toPrecision } from '../../src/algebra/tensor.ts';
import { nodeRuntime } from '../../src/engine/onnx/runtimeNode.ts';
import { attributeType, dataType, decodeModel, encodeModel } from '../../src/engine/onnx/schema.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { predict } from '../../src/estimator/evaluation.ts';
import { argMax } from '../../src/estimator/scores.ts';
import type { Model } from '../../src/models/model.ts';
import { exportOnnx } from '../../src/models/onnxModel.ts';
import { activations } from '../../src/problem/activations/index.ts';
import { onnx } from '../engine/onnxEngines.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { engineAgreement } from '../tolerance.ts';
import { classifier, pixels, rawRows, regressor } from './smallModels.ts';

const engine = onnx('float32');
afterAll(() => engine.dispose());

const runtime = nodeRuntime({ threads: 1 });

/** What any user of ONNX Runtime gets from the file. */
async function run(
  file: Uint8Array,
  input: Matrix,
  output: string,
  shape: readonly number[],
): Promise<Float32Array> {
  const session = await runtime.load(file);
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
  await session.run({ input }, { [output]: { shape, data } });
  await session.dispose();
  return data;
}

/** The file with its labels repeated as floats, the only numbers that the sessions of this project hand out. */
function withFloatLabels(bytes: Uint8Array): Uint8Array {
  const file = decodeModel(bytes);
  const to = { name: 'to', type: attributeType.int, i: dataType.float32 };
  const shape = { dim: [{ dimParam: 'batch' }] };
  file.graph.node.push({
    opType: 'Cast',
    name: 'cast',
    input: ['label'],
    output: ['floats'],
    attribute: [to],
  });
  file.graph.output.push({ name: 'floats', type: { tensorType: { elemType: dataType.float32, shape } } });
  return encodeModel(file);
}

const hidden: readonly (readonly number[])[] = [[], [7], [6, 6, 5]];
const classifiers = activations.flatMap(({ name }) =>
  hidden.map((widths) => ({ name: `${name}, hidden [${widths}]`, model: classifier(name, widths) })),
);
const cases: readonly { name: string; model: Model; inputs: (rows: number) => Matrix }[] = [
  ...classifiers.map((one) => ({ ...one, inputs: pixels })),
  { name: 'scaled inputs', model: { ...classifier(), inputScaling: scaling(4) }, inputs: pixels },
  { name: 'scaled inputs and outputs', model: regressor(), inputs: rawRows },
];

function scaling(columns: number): { shift: number[]; scale: number[] } {
  const row = Array.from({ length: columns }, (_, k) => k);
  return { shift: row.map((k) => 0.3 * k), scale: row.map((k) => 1 / (1 + k)) };
}

describe.each(cases)('the exported file: $name', ({ model, inputs }) => {
  const file = exportOnnx(model);

  it.each([1, 7])('gives the scores of predict and of the reference for a batch of %d', async (rows) => {
    const x = inputs(rows);
    const columns = model.outputs.length;
    const scores = await run(file, x, 'scores', [rows, columns]);
    const here = await predict(model, x, engine);
    const truth = await predict(model, toPrecision(x, 'float64'), referenceEngine());
    expect(here.shape).toEqual([rows, columns]);
    expectClose(scores, here.data, engineAgreement.float32, 'score of predict');
    expectClose(scores, truth.data, engineAgreement.float32, 'score of the reference');
  });
});

describe.each(classifiers)('the labels in the exported file: $name', ({ model }) => {
  it.each([1, 7])('are those of the highest scores in a batch of %d', async (rows) => {
    const labels = await run(withFloatLabels(exportOnnx(model)), pixels(rows), 'floats', [rows]);
    const scores = await predict(model, pixels(rows), engine);
    expect([...labels]).toEqual([...argMax(scores)]);
  });
});

it('gives the first of equal scores as the label, as predict does', async () => {
  const model = classifier('relu', []);
  const [{ b }] = model.weights as [Model['weights'][number]];
  const W = matrix(3, 4, new Float32Array(12));
  const tied = { ...model, weights: [{ W, b: { ...b, data: Float32Array.of(0, 1, 1) } }] };
  const labels = await run(withFloatLabels(exportOnnx(tied)), pixels(2), 'floats', [2]);
  expect([...labels]).toEqual([1, 1]);
  expect([...argMax(await predict(tied, pixels(2), engine))]).toEqual([1, 1]);
});

describe('what the file says of itself', () => {
  const free = { dimParam: 'batch' };

  it('is the operator set, the producer and how it was trained', () => {
    const file = decodeModel(exportOnnx(classifier()));
    expect(file.opsetImport).toEqual([{ domain: '', version: 18 }]);
    expect(file.irVersion).toBe(9);
    expect(file.producerName).toBe('ashlar');
    expect(file.docString).toContain('method: threeSplitting');
  });

  it('is an input and, for classes, two outputs, with a free batch', () => {
    const { graph } = decodeModel(exportOnnx(classifier()));
    expect(graph.input.map(summary)).toEqual([['input', dataType.float32, [free, 4]]]);
    expect(graph.output.map(summary)).toEqual([
      ['scores', dataType.float32, [free, 3]],
      ['label', dataType.int64, [free]],
    ]);
  });

  it('is one output for a regression', () => {
    const { graph } = decodeModel(exportOnnx(regressor()));
    expect(graph.output.map(summary)).toEqual([['scores', dataType.float32, [free, 2]]]);
  });

  it('is the names of the classes, in metadata that any reader finds', () => {
    expect(metadata(classifier())).toMatchObject({ labels: ['setosa', 'versicolor', 'größer "2"'] });
    expect(metadata(regressor())).not.toHaveProperty('labels');
  });

  it('is all of the model but its weights, which are constants with names', () => {
    const { weights, ...rest } = regressor();
    expect(metadata(regressor()).ashlar).toEqual(rest);
    const { initializer } = decodeModel(exportOnnx(regressor())).graph;
    expect(initializer.map(({ name }) => name)).toEqual(expect.arrayContaining(['W1', 'b1', 'W2', 'b2']));
    expect(weights.length).toBe(2);
  });
});

type Info = ReturnType<typeof decodeModel>['graph']['input'][number];

function summary({ name, type: { tensorType } }: Info): unknown {
  const dims = tensorType.shape.dim.map(({ dimParam, dimValue }) => (dimParam ? { dimParam } : dimValue));
  return [name, tensorType.elemType, dims];
}

function metadata(model: Model): Record<string, unknown> {
  const entries = decodeModel(exportOnnx(model)).metadataProps ?? [];
  return Object.fromEntries(entries.map(({ key, value }) => [key, JSON.parse(value)]));
}

it('is tried on models whose labels vary, but for a few whose outer layer decides alone', async () => {
  const varied = await Promise.all(
    classifiers.map(async ({ model }) => new Set(argMax(await predict(model, pixels(100), engine))).size > 1),
  );
  expect(varied.filter(Boolean).length).toBeGreaterThan(0.8 * classifiers.length);
});
