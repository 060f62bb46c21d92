import type { Engine } from '../algebra/engine.ts';
import { type Matrix, type Tensor, toPrecision } from '../algebra/tensor.ts';
import type { Derived } from './blocks/block.ts';

/** Values made from weights, each made again only when its weights have changed. */
export function derivedValues(engine: Engine): (derived: Derived, w: Matrix) => Promise<Tensor> {
  const known = new Map<string, { readonly from: Matrix; readonly value: Tensor }>();
  const prepared = new Map<string, ReturnType<Derived['prepare']>>();
  return async (derived, w) => {
    const last = known.get(derived.name);
    if (last?.from === w) return last.value;
    const make = prepared.get(derived.name) ?? derived.prepare(engine);
    prepared.set(derived.name, make);
    const value = toPrecision(await (await make)(toPrecision(w, 'float64')), engine.precision);
    known.set(derived.name, { from: w, value });
    return value;
  };
}
