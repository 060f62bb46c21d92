import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/algebra/errors.ts';
import { toPrecision } from '../../src/algebra/tensor.ts';
import { graphOf } from '../../src/engine/onnx/onnxEngine.ts';
import { dataType, decodeModel, encodeModel, type ModelProto } from '../../src/engine/onnx/schema.ts';
import { forwardPass } from '../../src/models/forward.ts';
import type { Model } from '../../src/models/model.ts';
import { exportOnnx, importOnnx } from '../../src/models/onnxModel.ts';
import { classifier, regressor } from './smallModels.ts';

const models: Readonly<Record<string, Model>> = { classifier: classifier(), regressor: regressor() };

describe.each(Object.entries(models))('a %s that was exported', (_, model) => {
  it('is read back equal', () => {
    expect(importOnnx(exportOnnx(model), 'model.onnx')).toEqual(model);
  });

  it('is exported again to the same bytes', () => {
    const bytes = exportOnnx(model);
    expect(exportOnnx(importOnnx(bytes, 'model.onnx'))).toEqual(bytes);
  });

  it('is read from a view into a larger buffer', () => {
    const bytes = exportOnnx(model);
    const larger = new Uint8Array(bytes.length + 3);
    larger.set(bytes, 3);
    expect(importOnnx(larger.subarray(3), 'model.onnx')).toEqual(model);
  });
});

it('rounds float64 weights to float32', () => {
  const model = classifier();
  const rough = importOnnx(exportOnnx({ ...model, weights: model.weights.map(thirds) }), 'model.onnx');
  expect(rough.weights).toEqual(model.weights.map(thirds).map(rounded));
});

type Weights = Model['weights'][number];

function thirds({ W, b }: Weights): Weights {
  return { W: { ...W, data: Float64Array.from(W.data, (w) => w / 3) }, b: toPrecision(b, 'float64') };
}

function rounded({ W, b }: Weights): Weights {
  return { W: toPrecision(W, 'float32'), b: toPrecision(b, 'float32') };
}

/** What makes a file foreign, and the words that tell it. */
const foreign: Readonly<Record<string, [(file: ModelProto) => unknown, string]>> = {
  'no ashlar entry': [(file) => ({ ...file, metadataProps: [] }), 'no entry named ashlar'],
  'an entry that is not JSON': [(file) => described(file, '{'), 'cannot be read'],
  'an entry of another shape': [(file) => described(file, '{"network":1}'), 'cannot be read'],
  'an activation that does not exist': [
    (file) => described(file, metadata(file).replace('"relu"', '"sine"')),
    'cannot be read',
  ],
  'no weights': [(file) => withTensors(file, () => []), 'W1 are missing'],
  'one bias less': [(file) => withTensors(file, (all) => all.filter(({ name }) => name !== 'b2')), 'b2'],
  'weights cut short': [
    (file) => withTensors(file, (all) => all.map((t) => ({ ...t, rawData: t.rawData.slice(4) }))),
    'W1',
  ],
  'weights of a byte too many': [
    (file) => withTensors(file, (all) => all.map((t) => ({ ...t, rawData: Uint8Array.of(...t.rawData, 0) }))),
    'W1',
  ],
  'weights of another type': [
    (file) => withTensors(file, (all) => all.map((t) => ({ ...t, dataType: dataType.int64 }))),
    'W1',
  ],
  'no graph': [({ graph: _, ...file }) => file, 'no graph'],
};

type Tensors = ModelProto['graph']['initializer'];

function withTensors(file: ModelProto, change: (all: Tensors) => Tensors): ModelProto {
  return { ...file, graph: { ...file.graph, initializer: change(file.graph.initializer) } };
}

function metadata({ metadataProps }: ModelProto): string {
  return metadataProps!.find(({ key }) => key === 'ashlar')!.value;
}

function described(file: ModelProto, value: string): ModelProto {
  return { ...file, metadataProps: [{ key: 'ashlar', value }] };
}

function complaint(bytes: Uint8Array): string {
  try {
    importOnnx(bytes, 'here/model.onnx');
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return 'none';
}

const sentence = (detail: string): RegExp =>
  new RegExp(
    `^here/model.onnx is not a model that ashlar exported \\([^\n]*${detail}[^\n]*\\); give [^\n]*\\.$`,
  );

describe('a file that ashlar did not export is refused in a sentence', () => {
  it.each(Object.entries(foreign))('for %s', (_, [change, detail]) => {
    const file = decodeModel(exportOnnx(classifier()));
    expect(complaint(encodeModel(change(file) as ModelProto))).toMatch(sentence(detail));
  });

  it('for a graph of another producer', () => {
    const { bytes } = graphOf(forwardPass(classifier().network, ['V3']).expression, 'float32');
    expect(complaint(bytes)).toMatch(sentence('no entry named ashlar'));
  });

  it('for bytes that are not protobuf', () => {
    const text = new TextEncoder().encode('{ "not": "a model" }');
    expect(complaint(text)).toMatch(sentence('not an ONNX file'));
  });

  it('for an empty file', () => {
    expect(complaint(new Uint8Array())).toMatch(sentence(''));
  });
});

describe('fuzzed files', () => {
  it('of random bytes are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(complaint(bytes)).toMatch(sentence(''));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('with some bytes changed are read or refused', () => {
    const bytes = exportOnnx(classifier());
    const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(changes, (list) => {
        const changed = bytes.slice();
        for (const [at, byte] of list) changed[at] = byte;
        const said = complaint(changed);
        if (said !== 'none') expect(said).toMatch(sentence(''));
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  it('that are cut short are refused', () => {
    const bytes = exportOnnx(classifier());
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        expect(complaint(bytes.subarray(0, length))).toMatch(sentence(''));
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
