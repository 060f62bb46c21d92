import type { Ops, ProductOptions } from '../../algebra/ops.ts';
import { broadcast, productShape } from '../../algebra/shape.ts';
import { epsilon, sizeOf, type Tensor, zeros } from '../../algebra/tensor.ts';

/** Every operation computed at once, in float64, by the plainest loop: the truth that the tests compare with. */
export const referenceOps: Ops<Tensor> = {
  epsilon: epsilon.float64,
  scalar: (value) => ({ shape: [], data: Float64Array.of(value) }),
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
  less: elementwise((a, b) => (a < b ? 1 : 0)),
  where(mask, a, b) {
    const shape = broadcast(mask.shape, broadcast(a.shape, b.shape)) as number[];
    return tabulate(shape, (index) =>
      at(mask, shape, index) === 1 ? at(a, shape, index) : at(b, shape, index),
    );
  },
  product,
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
  columns(a, from, to) {
    const [rows, columns] = a.shape as [number, number];
    const width = to - from;
    return tabulate([rows, width], (k) => a.data[Math.floor(k / width) * columns + from + (k % width)]!);
  },
  name: (a) => a,
};

function each(f: (a: number) => number): (a: Tensor) => Tensor {
  return (a) => ({ shape: a.shape, data: Float64Array.from(a.data, (x) => f(x)) });
}

function elementwise(f: (a: number, b: number) => number): (a: Tensor, b: Tensor) => Tensor {
  return (a, b) => {
    const shape = broadcast(a.shape, b.shape) as number[];
    return tabulate(shape, (index) => f(at(a, shape, index), at(b, shape, index)));
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
  return { shape, data: Float64Array.from({ length: sizeOf(shape) }, (_, index) => value(index)) };
}

/** The element of `a` that broadcasts to position `index` of `shape`. */
function at(a: Tensor, shape: readonly number[], index: number): number {
  let offset = 0;
  let stride = 1;
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const extent = a.shape[axis - shape.length + a.shape.length] ?? 1;
    const position = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
    if (extent !== 1) offset += position * stride;
    stride *= extent;
  }
  return a.data[offset]!;
}
