import { z } from 'zod';
import { UserError } from '../algebra/errors.ts';
import type { Tensor } from '../algebra/tensor.ts';
import { matrix, vector } from '../algebra/tensor.ts';
import { GraphBuilder } from '../engine/onnx/graphOps.ts';
import { dataType, decodeModel, type ModelProto, type TensorProto } from '../engine/onnx/schema.ts';
import { activations } from '../problem/activations/index.ts';
import { termNamed } from '../problem/named.ts';
import { forward, namedWeights } from './forward.ts';
import type { Model } from './model.ts';
import { describeNetwork, type LayerWeights, weightShapes } from './network.ts';

const scaling = z.object({ shift: z.array(z.number()), scale: z.array(z.number()) });
/** All of a model but its weights, kept in the metadata of the file. */
const description = z.object({
  network: z.object({
    widths: z.array(z.number().int().positive()).min(2),
    activation: z.string().refine(isActivation),
    residual: z.boolean().exactOptional(),
    inputs: z
      .array(z.object({ learned: z.array(z.number().int()), added: z.array(z.number().int()) }))
      .exactOptional(),
  }),
  task: z.enum(['classification', 'regression']),
  outputs: z.array(z.string()),
  features: z.array(z.string()).exactOptional(),
  inputScaling: scaling.exactOptional(),
  outputScaling: scaling.exactOptional(),
  training: z.record(z.string(), z.string()),
});

function isActivation(text: string): boolean {
  try {
    return termNamed(activations, text, 'an activation').name === text;
  } catch {
    return false;
  }
}

/**
 * The model as an ONNX file, float32: input `input` `[batch, d_0]`; output `scores` `[batch, d_N]` and, for classes, `label`
 * `[batch]`, the index of the highest score. Class names and the way it was trained are in the metadata under `ashlar` and `labels`.
 */
export function exportOnnx(model: Model): Uint8Array {
  const { network, weights, ...rest } = model;
  const g = new GraphBuilder('float32');
  const N = network.widths.length - 1;
  const row = (name: string, numbers: readonly number[]) =>
    g.constant(name, vector(Float64Array.from(numbers)));
  const input = g.input('input', ['batch', network.widths[0]!]);
  const { inputScaling: into, outputScaling: outOf } = model;
  const V0 = into
    ? g.mul(g.sub(input, row('input shift', into.shift)), row('input scale', into.scale))
    : input;
  const constants = Object.fromEntries(
    Object.entries(namedWeights(weights)).map(([name, tensor]) => [name, g.constant(name, tensor)]),
  );
  const last = forward(g, { V0, ...constants }, network)[`V${N}`]!;
  const scores = outOf
    ? g.add(g.div(last, row('output scale', outOf.scale)), row('output shift', outOf.shift))
    : last;
  return g.encode({
    name: `${describeNetwork(network)} ${network.activation}`,
    docString: `A multilayer perceptron trained by ashlar. ${Object.entries(model.training)
      .map(([k, v]) => `${k}: ${v}`)
      .join('; ')}.`,
    outputs: model.task === 'classification' ? { scores, label: g.argMax(scores) } : { scores },
    metadata: {
      ashlar: JSON.stringify({ network, ...rest }),
      ...(model.task === 'classification' ? { labels: JSON.stringify(model.outputs) } : {}),
    },
  });
}

/** Reads back what `exportOnnx` wrote. @param where names the file in errors. */
export function importOnnx(bytes: Uint8Array, where: string): Model {
  const foreign = (detail: string): UserError =>
    new UserError(
      `${where} is not a model that ashlar exported (${detail}); give a model.onnx from a run folder.`,
    );
  let file: ModelProto;
  try {
    file = decodeModel(bytes);
  } catch {
    throw foreign('it is not an ONNX file');
  }
  const metadata = file.metadataProps?.find(({ key }) => key === 'ashlar')?.value;
  if (metadata === undefined) throw foreign('its metadata has no entry named ashlar');
  let parsed: z.infer<typeof description>;
  try {
    parsed = description.parse(JSON.parse(metadata));
  } catch {
    throw foreign('its metadata cannot be read');
  }
  if (!file.graph) throw foreign('it has no graph');
  const constants = new Map(file.graph.initializer.map((tensor) => [tensor.name, tensor]));
  const read = (name: string, shape: readonly number[]): Tensor => {
    const tensor = constants.get(name);
    const values = tensor === undefined ? undefined : floatsOf(tensor);
    if (values?.length !== shape.reduce((a, b) => a * b, 1))
      throw foreign(`its weights ${name} are missing or of another shape`);
    return { shape, data: values };
  };
  const weights = weightShapes(parsed.network).map(([outputs, inputs], i): LayerWeights => {
    const W = read(`W${i + 1}`, [outputs, inputs]).data;
    return { W: matrix(outputs, inputs, W), b: read(`b${i + 1}`, [outputs]) };
  });
  return { ...parsed, weights };
}

function floatsOf({ dataType: type, rawData }: TensorProto): Float32Array | undefined {
  if (type !== dataType.float32 || rawData.length % 4 !== 0) return undefined;
  return new Float32Array(new Uint8Array(rawData).buffer);
}
