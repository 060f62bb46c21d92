import { afterAll, describe, expect, it } from 'vitest';
import { matrix } from '../../src/algebra/tensor.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { predict } from '../../src/estimator/evaluation.ts';
import { initialise } from '../../src/models/initialise.ts';
import type { Model } from '../../src/models/model.ts';
import { mermaid, multiInput, parseInputs } from '../../src/models/multiInput.ts';
import { describeNetwork, mlp, parameterCount, residualMlp, weightShapes } from '../../src/models/network.ts';
import { exportOnnx, importOnnx } from '../../src/models/onnxModel.ts';
import { onnx } from '../engine/onnxEngines.ts';
import { draw } from '../oracle/draw.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { closedForm, engineAgreement } from '../tolerance.ts';

const engine = onnx('float32');
afterAll(() => engine.dispose());

/** The network of ZB Fig. 2, narrower, and one with a layer that learns from two others. */
const fig2 = multiInput(mlp(4, [4, 4, 4], 3, 'relu'), parseInputs('V2 = W V1 + V0; V3 = W V2 + V0 + V1'));
const two = multiInput(mlp(4, [5, 4], 3, 'relu'), parseInputs('V2 = W V1 + W V0 + V0'));

describe('the equations of layers', () => {
  it('are read term by term', () => {
    expect(parseInputs(' V2=W V1+V0 ;V3 = V0 + W V2 + WV1;')).toEqual({
      2: { learned: [1], added: [0] },
      3: { learned: [2, 1], added: [0] },
    });
    expect(parseInputs('')).toEqual({});
  });

  it.each([
    ['V2', /"V2" is not an equation/],
    ['V2 = W V1 - V0', /"V2 = W V1 - V0" is not an equation/],
    ['V2 = W', /is not an equation/],
    ['V2 = W V1; V2 = W V0', /two equations for V2/],
    ['V1 = W V2', /V2 is not an earlier layer, and those are V0 \(the data\) to V0/],
    ['V2 = W V2', /V2 is not an earlier layer/],
    ['V3 = W V9', /V9 is not an earlier layer/],
    ['V9 = W V1', /inputs of V9 are given, and the layers are V1 to V4/],
    ['V2 = V1', /nothing stands before its weights/],
    ['V2 = W V1 + W V1', /W V1 is given twice/],
    ['V2 = W V1 + V0 + V0', /V0 is given twice/],
    ['V4 = W V3 + V0', /V0 has 4 units and V4 has 3/],
    ['V3 = W V1', /No layer is given V2, which leads nowhere/],
    ['V1 = W V0; V2 = W V0', /No layer is given V1/],
  ])('refuse %s', (text, message) => {
    expect(() => multiInput(mlp(4, [4, 4, 4], 3, 'relu'), parseInputs(text))).toThrow(message);
  });

  it('stand in place of residual links', () => {
    expect(() => multiInput(residualMlp(4, [4, 4], 3, 'relu'), parseInputs('V2 = W V1 + V0'))).toThrow(
      /residual links, or layers with inputs of their own, not both/,
    );
  });
});

it('is described, counted and drawn', () => {
  expect(describeNetwork(fig2)).toBe('4-4x3-3, V2 from W2 V1 + V0, V3 from W3 V2 + V0 + V1');
  expect(describeNetwork(two)).toBe('4-5-4-3, V2 from W2 [V1 V0] + V0');
  expect(weightShapes(two)).toEqual([
    [5, 4],
    [4, 9],
    [3, 4],
  ]);
  expect(parameterCount(two)).toBe(25 + 40 + 15);
  expect(mermaid(two)).toBe(`flowchart LR
  V0["V0: 4 inputs"]
  V1["V1: 5 relu"]
  V2["V2: 4 relu"]
  V3["V3: 3 outputs"]
  V0 -->|W1| V1
  V1 -->|W2| V2
  V0 -->|W2| V2
  V0 -.-> V2
  V2 -->|W3| V3
`);
});

const relu = (v: readonly number[]): number[] => v.map((a) => Math.max(0, a));
const plus = (...vectors: (readonly number[])[]): number[] =>
  vectors[0]!.map((_, k) => vectors.reduce((sum, v) => sum + v[k]!, 0));

describe('its forward pass', () => {
  const X = draw(3).matrix(5, 4);
  const modelOf = (network: Model['network']): Model => ({
    network,
    weights: initialise(network, 'he', 2, 'float32').map(({ W, b }, i) => ({
      W,
      b: { ...b, data: b.data.map((_, k) => Math.sin(i + k)) as Float32Array },
    })),
    task: 'classification',
    outputs: ['a', 'b', 'c'],
    training: {},
  });
  const times = ({ weights }: Model, layer: number, v: readonly number[]): number[] => {
    const { W, b } = weights[layer - 1]!;
    return Array.from(b.data, (bias, k) =>
      v.reduce((sum, value, j) => sum + W.data[k * v.length + j]! * value, bias),
    );
  };

  it('is that of ZB Fig. 2', async () => {
    const model = modelOf(fig2);
    const got = await predict(model, X, referenceEngine());
    for (let j = 0; j < 5; j++) {
      const x = [...X.data.subarray(4 * j, 4 * j + 4)];
      const u1 = relu(times(model, 1, x));
      const u2 = relu(plus(times(model, 2, u1), x));
      const u3 = relu(plus(times(model, 3, u2), x, u1));
      expectClose(got.data.subarray(3 * j, 3 * j + 3), times(model, 4, u3), closedForm);
    }
  });

  it('learns from several layers side by side', async () => {
    const model = modelOf(two);
    const got = await predict(model, X, referenceEngine());
    for (let j = 0; j < 5; j++) {
      const x = [...X.data.subarray(4 * j, 4 * j + 4)];
      const u1 = relu(times(model, 1, x));
      const u2 = relu(plus(times(model, 2, [...u1, ...x]), x));
      expectClose(got.data.subarray(3 * j, 3 * j + 3), times(model, 3, u2), closedForm);
    }
  });

  it.each([
    ['ZB Fig. 2', fig2],
    ['two learned inputs', two],
  ])('is the same on ONNX and after export and import: %s', async (_, network) => {
    const model = modelOf(network);
    const read = importOnnx(exportOnnx(model), 'model.onnx');
    expect(read.network).toEqual(network);
    const expected = await predict(model, X, referenceEngine());
    const input = matrix(5, 4, Float32Array.from(X.data));
    for (const one of [model, read])
      expectClose((await predict(one, input, engine)).data, expected.data, engineAgreement.float32);
  });
});
