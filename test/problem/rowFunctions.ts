import type { Tensor } from '../../src/algebra/tensor.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { activations } from '../../src/problem/activations/index.ts';
import { losses } from '../../src/problem/losses/index.ts';
import { regularizers } from '../../src/problem/regularizers/index.ts';
import type { Interval, Properties } from '../../src/problem/term.ts';
import { type Draw, draw } from '../oracle/draw.ts';
import { exactValue } from './exactValue.ts';

export const rows = 100;
export const columns = 3;

/** A registered term as a function of a row of three variables, at `rows` points at once. */
export interface RowFunction {
  readonly name: string;
  readonly properties: Partial<Properties>;
  /** `[rows, columns]` to `[rows]`. An activation is summed over the row. */
  value(x: Tensor): Tensor;
  /** `[rows, columns]` each. */
  subdifferential(x: Tensor): Interval<Tensor>;
  /** The subdifferential is the product of the slopes by coordinate. */
  readonly separable: boolean;
  /** The points themselves, those at which the value is infinite replaced by multiples of 1/4 at which it is not. */
  finite(x: Tensor): Tensor;
}

const targets: Readonly<Record<string, (random: Draw) => number>> = {
  '0/1': (random) => random.pick([0, 1]),
  '-1/1': (random) => random.pick([-1, 1]),
};

export const rowFunctions: readonly RowFunction[] = [
  ...activations.map(
    (sigma): RowFunction => ({
      name: `activation ${sigma.name}`,
      properties: {},
      value: (u) => o.sum(filled(sigma.value(o, u)), 1),
      subdifferential: (u) => filledInterval(sigma.subdifferential(o, u)),
      separable: true,
      finite: (u) => u,
    }),
  ),
  ...losses.map((loss): RowFunction => {
    const random = draw(1);
    const y = grid(() => targets[loss.coding]!(random));
    return {
      name: `loss ${loss.name}`,
      properties: loss.properties,
      value: (v) => loss.value(o, v, y),
      subdifferential: (v) => filledInterval(loss.subdifferential(o, v, y)),
      separable: true,
      finite: (v) => v,
    };
  }),
  ...regularizers.map(
    (regularizer): RowFunction => ({
      name: `regularizer ${regularizer.name}`,
      properties: regularizer.properties,
      value: (x) => exactValue(regularizer, x),
      subdifferential: (x) => filledInterval(regularizer.subdifferential(o, x)),
      separable: regularizer.distance === undefined,
      finite(x) {
        const value = exactValue(regularizer, x).data;
        const nearest = regularizer.prox(o, x, o.scalar(1)).data.map((u) => Math.trunc(4 * u) / 4);
        return grid((k) =>
          value[Math.floor(k / columns)]! < Number.POSITIVE_INFINITY ? x.data[k]! : nearest[k]!,
        );
      },
    }),
  ),
];

export function grid(value: (index: number) => number): Tensor {
  return {
    shape: [rows, columns],
    data: Float64Array.from({ length: rows * columns }, (_, index) => value(index)),
  };
}

/** Points with quarters for coordinates, where the corners of most functions lie. */
export function quarters(seed: number): Tensor {
  const random = draw(seed);
  return grid(() => Math.round(random.uniform(-12, 12)) / 4);
}

/** A constant slope may come as a scalar. */
function filled(a: Tensor): Tensor {
  return o.add(
    a,
    grid(() => 0),
  );
}

function filledInterval({ lower, upper }: Interval<Tensor>): Interval<Tensor> {
  return { lower: filled(lower), upper: filled(upper) };
}
