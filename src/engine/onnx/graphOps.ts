import type { Extent, Shape } from '../../algebra/engine.ts';
import type { Ops, ProductOptions } from '../../algebra/ops.ts';
import { broadcast, productShape } from '../../algebra/shape.ts';
import { epsilon, type Floats, type Precision, type Tensor, toPrecision } from '../../algebra/tensor.ts';
import {
  attributeType,
  dataType,
  encodeModel,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './schema.ts';

/** A value of a graph that is being written: a graph input, a constant, or the output of a node. */
export interface GraphValue {
  readonly key: string;
  readonly shape: Shape;
  /** Settled when the graph is encoded; until then the last name given wins over the generated one. */
  label: string | undefined;
}

type Unary = (a: GraphValue) => GraphValue;
type Binary = (a: GraphValue, b: GraphValue) => GraphValue;
type Attribute = number | { readonly float: number };

/** ONNX operator set that the graphs are written in. */
export const opset = 18;

/** The `Ops` interpreter that records an ONNX graph. Equal expressions are recorded once. */
export class GraphBuilder implements Ops<GraphValue> {
  readonly epsilon: number;
  readonly #precision: Precision;
  readonly #values = new Map<string, GraphValue>();
  readonly #ids = new Map<GraphValue, number>();
  readonly #nodes: {
    opType: string;
    inputs: GraphValue[];
    output: GraphValue;
    attributes: [string, Attribute][];
  }[] = [];
  readonly #initializers: { value: GraphValue; dims: number[]; type: number; bytes: Uint8Array }[] = [];
  readonly #inputs: GraphValue[] = [];

  constructor(precision: Precision) {
    this.#precision = precision;
    this.epsilon = epsilon[precision];
  }

  input(name: string, shape: Shape): GraphValue {
    const value = this.#value(`input ${name}`, shape);
    value.label = name;
    this.#inputs.push(value);
    return value;
  }

  /** A tensor stored in the graph, such as trained weights. */
  constant(name: string, tensor: Tensor): GraphValue {
    const { data } = toPrecision(tensor, this.#precision);
    const value = this.#initializer(
      `constant ${name}`,
      tensor.shape,
      dataType[this.#precision],
      bytesOf(data),
    );
    value.label = name;
    return value;
  }

  scalar(number: number): GraphValue {
    const data = this.#precision === 'float32' ? Float32Array.of(number) : Float64Array.of(number);
    return this.#initializer(`scalar ${number}`, [], dataType[this.#precision], bytesOf(data));
  }

  add: Binary = this.#elementwise('Add');
  sub: Binary = this.#elementwise('Sub');
  mul: Binary = this.#elementwise('Mul');
  div: Binary = this.#elementwise('Div');
  max: Binary = this.#elementwise('Max');
  min: Binary = this.#elementwise('Min');
  less: Binary = this.#elementwise('Less');

  relu: Unary = this.#each('Relu');
  exp: Unary = this.#each('Exp');
  log: Unary = this.#each('Log');
  tanh: Unary = this.#each('Tanh');
  sqrt: Unary = this.#each('Sqrt');

  where(mask: GraphValue, a: GraphValue, b: GraphValue): GraphValue {
    return this.#node('Where', [mask, a, b], broadcast(mask.shape, broadcast(a.shape, b.shape)));
  }

  product(a: GraphValue, b: GraphValue, options: ProductOptions<GraphValue> = {}): GraphValue {
    const { transposeA = false, transposeB = false, scale = 1, plus } = options;
    const shape = productShape(a.shape, b.shape, transposeA, transposeB);
    // Attributes are float32: a scale that float32 cannot hold would spoil a float64 product.
    if (this.#precision === 'float64' && Math.fround(scale) !== scale) {
      const scaled = this.mul(this.scalar(scale), this.product(a, b, { transposeA, transposeB }));
      return plus === undefined ? scaled : this.add(scaled, plus);
    }
    const attributes: [string, Attribute][] = [];
    if (scale !== 1) attributes.push(['alpha', { float: scale }]);
    if (transposeB) attributes.push(['transB', 1]);
    // A left factor that Gemm transposes itself makes the product half as slow again; one that is transposed once is shared.
    const left = transposeA ? this.transpose(a) : a;
    return this.#node('Gemm', plus === undefined ? [left, b] : [left, b, plus], shape, attributes);
  }

  transpose(a: GraphValue): GraphValue {
    return this.#node('Transpose', [a], a.shape.toReversed());
  }

  sum(a: GraphValue, axis: 0 | 1): GraphValue {
    return this.#node('ReduceSum', [a, this.#integers([axis])], [a.shape[1 - axis]!], [['keepdims', 0]]);
  }

  largest(a: GraphValue): GraphValue {
    return this.#node('ReduceMax', [a, this.#integers([1])], [a.shape[0]!], [['keepdims', 0]]);
  }

  column(a: GraphValue): GraphValue {
    return this.#node('Unsqueeze', [a, this.#integers([1])], [a.shape[0]!, 1]);
  }

  columns(a: GraphValue, from: number, to: number): GraphValue {
    const bounds = [[from], [to], [1]].map((numbers) => this.#integers(numbers));
    return this.#node('Slice', [a, ...bounds], [a.shape[0]!, to - from]);
  }

  name(a: GraphValue, label: string): GraphValue {
    // An input keeps the name under which it is fed.
    if (!this.#inputs.includes(a)) a.label = label;
    return a;
  }

  /** The class with the highest score in each row, `[n]`, int64. Only models that are exported need it. */
  argMax(a: GraphValue): GraphValue {
    return this.#node(
      'ArgMax',
      [a],
      [a.shape[0]!],
      [
        ['axis', 1],
        ['keepdims', 0],
      ],
    );
  }

  /** The graph as bytes of a model file. */
  encode({
    metadata,
    ...described
  }: {
    readonly name: string;
    readonly outputs: Readonly<Record<string, GraphValue>>;
    readonly docString?: string;
    readonly metadata?: Readonly<Record<string, string>>;
  }): Uint8Array {
    return encodeGraph(this.graph(described), metadata);
  }

  /** The graph as a part of a model. */
  graph(graph: {
    readonly name: string;
    readonly outputs: Readonly<Record<string, GraphValue>>;
    readonly docString?: string;
  }): GraphProto {
    const names = this.#settleNames(graph.outputs);
    const nameOf = (value: GraphValue): string => names.get(value)!;
    const nodes: NodeProto[] = this.#nodes.map(({ opType, inputs, output, attributes }) => ({
      opType,
      name: `${opType} ${nameOf(output)}`,
      input: inputs.map(nameOf),
      output: [nameOf(output)],
      attribute: attributes.map(([name, value]) =>
        typeof value === 'number'
          ? { name, type: attributeType.int, i: value }
          : { name, type: attributeType.float, f: value.float },
      ),
    }));
    // An input may itself be an output, and two outputs may be one value: each needs a node of its own.
    for (const [name, value] of Object.entries(graph.outputs))
      if (nameOf(value) !== name)
        nodes.push({ opType: 'Identity', name: `Identity ${name}`, input: [nameOf(value)], output: [name] });
    return {
      name: graph.name,
      ...(graph.docString === undefined ? {} : { docString: graph.docString }),
      node: nodes,
      initializer: this.#initializers.map(
        ({ value, dims, type, bytes }): TensorProto => ({
          name: nameOf(value),
          dims,
          dataType: type,
          rawData: bytes,
        }),
      ),
      input: this.#inputs.map((value) => this.#valueInfo(nameOf(value), value)),
      output: Object.entries(graph.outputs).map(([name, value]) => this.#valueInfo(name, value)),
    };
  }

  #settleNames(outputs: Readonly<Record<string, GraphValue>>): Map<GraphValue, string> {
    const names = new Map<GraphValue, string>();
    const taken = new Set<string>(Object.keys(outputs));
    const inputs = new Set(this.#inputs);
    for (const value of inputs) {
      names.set(value, value.label!);
      taken.add(value.label!);
    }
    for (const [name, value] of Object.entries(outputs)) if (!names.has(value)) names.set(value, name);
    for (const value of this.#values.values()) {
      if (names.has(value)) continue;
      let name = value.label ?? `${this.#kindOf(value)}`;
      for (let count = 2; taken.has(name); count++) name = `${value.label ?? this.#kindOf(value)} (${count})`;
      taken.add(name);
      names.set(value, name);
    }
    return names;
  }

  #kindOf(value: GraphValue): string {
    return value.key.slice(0, 40).split('(')[0]!;
  }

  #valueInfo(name: string, value: GraphValue): ValueInfoProto {
    return valueInfo(name, value.shape, value.key.startsWith('ArgMax') ? 'int64' : this.#precision);
  }

  #each(opType: string): Unary {
    return (a) => this.#node(opType, [a], a.shape);
  }

  #elementwise(opType: string): Binary {
    return (a, b) => this.#node(opType, [a, b], broadcast(a.shape, b.shape));
  }

  #integers(numbers: readonly number[]): GraphValue {
    const data = BigInt64Array.from(numbers, BigInt);
    return this.#initializer(`integers ${numbers}`, [numbers.length], dataType.int64, bytesOf(data));
  }

  #initializer(key: string, shape: readonly number[], type: number, bytes: Uint8Array): GraphValue {
    const known = this.#values.get(key);
    if (known) return known;
    const value = this.#value(key, shape);
    this.#initializers.push({ value, dims: [...shape], type, bytes });
    return value;
  }

  #node(
    opType: string,
    inputs: GraphValue[],
    shape: Shape,
    attributes: [string, Attribute][] = [],
  ): GraphValue {
    const ids = inputs.map((value) => this.#ids.get(value)!);
    const key = `${opType}(${ids.join(', ')}${attributes.length > 0 ? `; ${JSON.stringify(attributes)}` : ''})`;
    const known = this.#values.get(key);
    if (known) return known;
    const output = this.#value(key, shape);
    this.#nodes.push({ opType, inputs, output, attributes });
    return output;
  }

  #value(key: string, shape: readonly Extent[]): GraphValue {
    const value: GraphValue = { key, shape, label: undefined };
    this.#ids.set(value, this.#ids.size);
    this.#values.set(key, value);
    return value;
  }
}

/** Name, shape and type of an input or output of a graph. */
export function valueInfo(name: string, shape: Shape, type: keyof typeof dataType): ValueInfoProto {
  const dim = shape.map((extent) =>
    typeof extent === 'number' ? { dimValue: extent } : { dimParam: extent },
  );
  return { name, type: { tensorType: { elemType: dataType[type], shape: { dim } } } };
}

/** A whole model file around a graph. */
export function encodeGraph(graph: GraphProto, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  return encodeModel({
    irVersion: 9,
    producerName: 'ashlar',
    ...(graph.docString === undefined ? {} : { docString: graph.docString }),
    opsetImport: [{ domain: '', version: opset }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph,
  });
}

function bytesOf(data: Floats | BigInt64Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
