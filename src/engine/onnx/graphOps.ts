import type { Extent, Shape } from '../../algebra/engine.ts';
import type { Ops, ProductOptions, Round } from '../../algebra/ops.ts';
import { broadcast, concatShape, productShape } from '../../algebra/shape.ts';
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
  readonly type: keyof typeof dataType;
  /** Settled when the graph is encoded; until then the last name given wins over the generated one. */
  label: string | undefined;
}

type Unary = (a: GraphValue) => GraphValue;
type Binary = (a: GraphValue, b: GraphValue) => GraphValue;
type Attribute = number | { readonly float: number };

interface RecordedNode {
  readonly opType: string;
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  readonly attributes: readonly (readonly [string, Attribute])[];
  /** What one round needs from around it, and its graph, given the names there. */
  readonly body?: { readonly captured: readonly GraphValue[]; graph(outer: Names): GraphProto };
}

type Names = ReadonlyMap<GraphValue, string>;

/** ONNX operator set that the graphs are written in. */
export const opset = 18;

/** The `Ops` interpreter that records an ONNX graph. Equal expressions are recorded once. */
export class GraphBuilder implements Ops<GraphValue> {
  readonly epsilon: number;
  readonly #precision: Precision;
  readonly #depth: number;
  readonly #values = new Map<string, GraphValue>();
  readonly #ids = new Map<GraphValue, number>();
  readonly #nodes: RecordedNode[] = [];
  readonly #initializers: { value: GraphValue; dims: number[]; type: number; bytes: Uint8Array }[] = [];
  readonly #inputs: GraphValue[] = [];

  /** @param depth of iterations around this graph: what stands in several of them must have a name in each. */
  constructor(precision: Precision, depth = 0) {
    this.#precision = precision;
    this.#depth = depth;
    this.epsilon = epsilon[precision];
  }

  input(name: string, shape: Shape, type: keyof typeof dataType = this.#precision): GraphValue {
    const value = this.#value(`input ${name}`, shape, type);
    value.label = name;
    this.#inputs.push(value);
    return value;
  }

  /** A tensor stored in the graph, such as trained weights. */
  constant(name: string, tensor: Tensor): GraphValue {
    const { data } = toPrecision(tensor, this.#precision);
    const value = this.#initializer(`constant ${name}`, tensor.shape, this.#precision, bytesOf(data));
    value.label = name;
    return value;
  }

  scalar(number: number): GraphValue {
    const data = this.#precision === 'float32' ? Float32Array.of(number) : Float64Array.of(number);
    return this.#initializer(`scalar ${number}`, [], this.#precision, bytesOf(data));
  }

  identity(like: GraphValue): GraphValue {
    return this.#node('EyeLike', [like], like.shape);
  }

  add: Binary = this.#elementwise('Add');
  sub: Binary = this.#elementwise('Sub');
  mul: Binary = this.#elementwise('Mul');
  div: Binary = this.#elementwise('Div');
  max: Binary = this.#elementwise('Max');
  min: Binary = this.#elementwise('Min');
  less: Binary = (a, b) => this.#node('Less', [a, b], broadcast(a.shape, b.shape), [], 'bool');

  relu: Unary = this.#each('Relu');
  exp: Unary = this.#each('Exp');
  log: Unary = this.#each('Log');
  tanh: Unary = this.#each('Tanh');
  sqrt: Unary = this.#each('Sqrt');

  where(mask: GraphValue, a: GraphValue, b: GraphValue): GraphValue {
    return this.#node('Where', [mask, a, b], broadcast(mask.shape, broadcast(a.shape, b.shape)));
  }

  indicator(mask: GraphValue): GraphValue {
    return this.#node('Cast', [mask], mask.shape, [['to', dataType[this.#precision]]]);
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
    if (axis === 0 && a.shape[0] === 'n') return this.#sumOfSamples(a);
    // Not ReduceSumSquare for a sum of squares: that takes longer than the squares and their sum.
    return this.#node('ReduceSum', [a, this.#integers([axis])], [a.shape[1 - axis]!], [['keepdims', 0]]);
  }

  /** 1ᵀA: a product with a row of ones reads A in less than half the time of a ReduceSum over its rows. */
  #sumOfSamples(a: GraphValue): GraphValue {
    const count = this.#node(
      'Shape',
      [a],
      [1],
      [
        ['start', 0],
        ['end', 1],
      ],
      'int64',
    );
    const row = this.#node('Concat', [this.#integers([1]), count], [2], [['axis', 0]], 'int64');
    const ones = this.#node('Expand', [this.scalar(1), row], [1, 'n']);
    const sums = this.#node('Gemm', [ones, a], [1, a.shape[1]!]);
    return this.#node('Squeeze', [sums, this.#integers([0])], [a.shape[1]!]);
  }

  largest(a: GraphValue): GraphValue {
    return this.#node('ReduceMax', [a, this.#integers([1])], [a.shape[0]!], [['keepdims', 0]]);
  }

  column(a: GraphValue): GraphValue {
    return this.#node('Unsqueeze', [a, this.#integers([1])], [a.shape[0]!, 1]);
  }

  rows(a: GraphValue, from: number, to: number): GraphValue {
    return this.#slice(a, 0, from, to);
  }

  columns(a: GraphValue, from: number, to: number): GraphValue {
    return this.#slice(a, 1, from, to);
  }

  #slice(a: GraphValue, axis: 0 | 1, from: number, to: number): GraphValue {
    const bounds = [[from], [to], [axis]].map((numbers) => this.#integers(numbers));
    return this.#node(
      'Slice',
      [a, ...bounds],
      axis === 0 ? [to - from, a.shape[1]!] : [a.shape[0]!, to - from],
    );
  }

  concat(parts: readonly GraphValue[]): GraphValue {
    const shape = concatShape(parts.map((part) => part.shape));
    return parts.length === 1 ? parts[0]! : this.#node('Concat', [...parts], shape, [['axis', 1]]);
  }

  iterate(
    start: readonly GraphValue[],
    most: number,
    round: (inner: GraphBuilder, values: readonly GraphValue[]) => Round<GraphValue>,
  ): GraphValue[] {
    const inner = new GraphBuilder(this.#precision, this.#depth + 1);
    const kind = `${'inner '.repeat(this.#depth)}round`;
    inner.input(kind, [], 'int64');
    inner.input(`another ${kind}`, [1], 'bool');
    const values = start.map(({ shape, type }, k) =>
      inner.input(`value ${k + 1} of the ${kind}`, shape, type),
    );
    const next = round(inner, values);
    const results = next.values.map((value, k) => [`value ${k + 1} of the next ${kind}`, value] as const);
    const outputs = { [`needs another ${kind}`]: next.again, ...Object.fromEntries(results) };
    const key = `Loop ${this.#ids.size}`;
    const ends = start.map(({ shape, type }, k) => this.#value(`${key}.${k + 1}`, shape, type));
    this.#nodes.push({
      opType: 'Loop',
      inputs: [this.#integers([most]), this.#truth(), ...start],
      outputs: ends,
      attributes: [],
      body: {
        captured: inner.#foreign(),
        graph: (outer) => inner.graph({ name: `a round of ${key}`, outputs }, outer),
      },
    });
    return ends;
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
      'int64',
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

  /** The graph as a part of a model, and where it is a round of an iteration, of the graph around it. */
  graph(
    graph: {
      readonly name: string;
      readonly outputs: Readonly<Record<string, GraphValue>>;
      readonly docString?: string;
    },
    outer: Names = new Map(),
  ): GraphProto {
    const names = this.#settleNames(graph.outputs, outer);
    const nameOf = (value: GraphValue): string => names.get(value)!;
    const live = this.#liveFor(Object.values(graph.outputs));
    const needed = this.#nodes.filter(({ outputs }) => outputs.some((value) => live.has(value)));
    const nodes: NodeProto[] = needed.map(({ opType, inputs, outputs, attributes, body }) => ({
      opType,
      name: `${opType} ${nameOf(outputs[0]!)}`,
      input: inputs.map(nameOf),
      output: outputs.map(nameOf),
      attribute: [
        ...attributes.map(([name, value]) =>
          typeof value === 'number'
            ? { name, type: attributeType.int, i: value }
            : { name, type: attributeType.float, f: value.float },
        ),
        ...(body ? [{ name: 'body', type: attributeType.graph, g: body.graph(names) }] : []),
      ],
    }));
    // An input may itself be an output, and two outputs may be one value: each needs a node of its own.
    for (const [name, value] of Object.entries(graph.outputs))
      if (nameOf(value) !== name)
        nodes.push({ opType: 'Identity', name: `Identity ${name}`, input: [nameOf(value)], output: [name] });
    return {
      name: graph.name,
      ...(graph.docString === undefined ? {} : { docString: graph.docString }),
      node: nodes,
      initializer: this.#initializers
        .filter(({ value }) => live.has(value))
        .map(
          ({ value, dims, type, bytes }): TensorProto => ({
            name: nameOf(value),
            dims,
            dataType: type,
            rawData: bytes,
          }),
        ),
      input: this.#inputs.map((value) => valueInfo(nameOf(value), value.shape, value.type)),
      output: Object.entries(graph.outputs).map(([name, { shape, type }]) => valueInfo(name, shape, type)),
    };
  }

  /** These values and all that they are made of. A runtime would compute what is left out, too. */
  #liveFor(values: readonly GraphValue[]): ReadonlySet<GraphValue> {
    const live = new Set(values);
    for (const { inputs, outputs, body } of this.#nodes.toReversed())
      if (outputs.some((value) => live.has(value)))
        for (const value of [...inputs, ...(body?.captured ?? [])]) live.add(value);
    return live;
  }

  /** Values of the graph around this one. */
  #foreign(): GraphValue[] {
    const own = new Set(this.#values.values());
    const used = this.#nodes.flatMap(({ inputs, body }) => [...inputs, ...(body?.captured ?? [])]);
    return used.filter((value) => !own.has(value));
  }

  #settleNames(outputs: Readonly<Record<string, GraphValue>>, outer: Names): Names {
    const names = new Map<GraphValue, string>(outer);
    const taken = new Set<string>([...outer.values(), ...Object.keys(outputs)]);
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

  #each(opType: string): Unary {
    return (a) => this.#node(opType, [a], a.shape);
  }

  #elementwise(opType: string): Binary {
    return (a, b) => this.#node(opType, [a, b], broadcast(a.shape, b.shape));
  }

  #integers(numbers: readonly number[]): GraphValue {
    const data = BigInt64Array.from(numbers, BigInt);
    return this.#initializer(`integers ${numbers}`, [numbers.length], 'int64', bytesOf(data));
  }

  #truth(): GraphValue {
    return this.#initializer('true', [1], 'bool', Uint8Array.of(1));
  }

  #initializer(
    key: string,
    shape: readonly number[],
    type: keyof typeof dataType,
    bytes: Uint8Array,
  ): GraphValue {
    const known = this.#values.get(key);
    if (known) return known;
    const value = this.#value(key, shape, type);
    this.#initializers.push({ value, dims: [...shape], type: dataType[type], bytes });
    return value;
  }

  #node(
    opType: string,
    inputs: GraphValue[],
    shape: Shape,
    attributes: [string, Attribute][] = [],
    type: keyof typeof dataType = this.#precision,
  ): GraphValue {
    const ids = inputs.map((value) => this.#idOf(value));
    const key = `${opType}(${ids.join(', ')}${attributes.length > 0 ? `; ${JSON.stringify(attributes)}` : ''})`;
    const known = this.#values.get(key);
    if (known) return known;
    const output = this.#value(key, shape, type);
    this.#nodes.push({ opType, inputs, outputs: [output], attributes });
    return output;
  }

  /** A value from outside, of the graph around this one, is known from when it is first used. */
  #idOf(value: GraphValue): number {
    const id = this.#ids.get(value) ?? this.#ids.size;
    this.#ids.set(value, id);
    return id;
  }

  #value(key: string, shape: readonly Extent[], type: keyof typeof dataType): GraphValue {
    const value: GraphValue = { key, shape, type, label: undefined };
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
