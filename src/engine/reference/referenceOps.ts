import type { Ops, ProductOptions } from '../../algebra/ops.ts';
import { broadcast, productShape } from '../../algebra/shape.ts';
import { epsilon, sizeOf, type Tensor, zeros } from '../../algebra/tensor.ts';

/** Every operation computed at once, in float64, by the plainest loop: the truth that the tests compare with. */
export const referenceOps: Ops<Tensor> = {
  epsilon: epsilon.float64,
  scalar: (value) => ({ shape: [], data: Float64Array.of(value) }),
  identity: ({ shape }) => tabulate(shape, (k) => (k % (shape[1]! + 1) === 0 ? 1 : 0)),
  add: elementwise((a, b) => a + b),
  sub: elementwise((a, b) => a - b),
  mul: elementwise((a, b) => a * b),
  div: elementwise((a, b) => a / b),
  max: elementwise(Math.max),
  min: elementwise(Math.min),
  relu: each((x) => Math.max(0, x)),
  exp: each(Math.exp),
  log: each(Math.log),
  tanh: each(Math.tanh),
  sqrt: each(Math.sqrt),
  less: elementwise((a, b) => (a < b ? 1 : 0)),
  indicator: (mask) => mask,
  where(mask, a, b) {
    const shape = broadcast(mask.shape, broadcast(a.shape, b.shape)) as number[];
    const [chosen, first, second] = [mask, a, b].map((operand) => reader(operand, shape)) as Reader[];
    return tabulate(shape, (index) => (chosen!(index) === 1 ? first!(index) : second!(index)));
  },
  product,
  transpose(a) {
    const [rows, columns] = a.shape as [number, number];
    return tabulate([columns, rows], (k) => a.data[(k % rows) * columns + Math.floor(k / rows)]!);
  },
  sum(a, axis) {
    const [rows, columns] = a.shape as [number, number];
    const out = zeros([axis === 0 ? columns : rows]);
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) out.data[axis === 0 ? j : i]! += a.data[i * columns + j]!;
    return out;
  },
  largest(a) {
    const [rows, columns] = a.shape as [number, number];
    return tabulate([rows], (i) => Math.max(...a.data.subarray(i * columns, (i + 1) * columns)));
  },
  column: (a) => ({ shape: [a.shape[0]!, 1], data: Float64Array.from(a.data) }),
  rows(a, from, to) {
    const columns = a.shape[1]!;
    return tabulate([to - from, columns], (k) => a.data[from * columns + k]!);
  },
  columns(a, from, to) {
    const [rows, columns] = a.shape as [number, number];
    const width = to - from;
    return tabulate([rows, width], (k) => a.data[Math.floor(k / width) * columns + from + (k % width)]!);
  },
  concat(parts) {
    const rows = parts[0]!.shape[0]!;
    const widths = parts.map(({ shape }) => shape[1]!);
    const out = zeros([rows, widths.reduce((sum, width) => sum + width, 0)]);
    let from = 0;
    for (const [p, { data }] of parts.entries()) {
      const width = widths[p]!;
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < width; j++) out.data[i * out.shape[1]! + from + j] = data[i * width + j]!;
      from += width;
    }
    return out;
  },
  iterate(start, most, round) {
    let values = [...start];
    for (let k = 0; k < most; k++) {
      const next = round(referenceOps, values);
      values = [...next.values];
      if (next.again.data[0] !== 1) break;
    }
    return values;
  },
  name: (a) => a,
};

function each(f: (a: number) => number): (a: Tensor) => Tensor {
  return (a) => ({ shape: a.shape, data: Float64Array.from(a.data, (x) => f(x)) });
}

function elementwise(f: (a: number, b: number) => number): (a: Tensor, b: Tensor) => Tensor {
  return (a, b) => {
    const shape = broadcast(a.shape, b.shape) as number[];
    const [first, second] = [reader(a, shape), reader(b, shape)];
    return tabulate(shape, (index) => f(first(index), second(index)));
  };
}

function product(a: Tensor, b: Tensor, options: ProductOptions<Tensor> = {}): Tensor {
  const { transposeA = false, transposeB = false, scale = 1, plus } = options;
  const [rows, columns] = productShape(a.shape, b.shape, transposeA, transposeB) as [number, number];
  const inner = a.shape[transposeA ? 0 : 1]!;
  const [aRow, aInner] = transposeA ? [1, rows] : [inner, 1];
  const [bInner, bColumn] = transposeB ? [1, inner] : [columns, 1];
  const out = zeros([rows, columns]);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      let total = 0;
      for (let k = 0; k < inner; k++)
        total += a.data[i * aRow + k * aInner]! * b.data[k * bInner + j * bColumn]!;
      out.data[i * columns + j] = scale * total;
    }
  return plus === undefined ? out : referenceOps.add(out, plus);
}

function tabulate(shape: readonly number[], value: (index: number) => number): Tensor {
  const data = new Float64Array(sizeOf(shape));
  for (let index = 0; index < data.length; index++) data[index] = value(index);
  return { shape, data };
}

type Reader = (index: number) => number;

/** The elements of `a` that broadcast to the positions of `shape`. */
function reader({ shape: own, data }: Tensor, shape: readonly number[]): Reader {
  if (data.length === 1) return () => data[0]!;
  if (data.length === sizeOf(shape)) return (index) => data[index]!;
  return (index) => {
    let offset = 0;
    let stride = 1;
    let rest = index;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const extent = own[axis - shape.length + own.length] ?? 1;
      const position = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
      if (extent !== 1) offset += position * stride;
      stride *= extent;
    }
    return data[offset]!;
  };
}
