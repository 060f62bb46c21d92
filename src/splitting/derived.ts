import type { Engine } from '../algebra/engine.ts';
import { type Matrix, type Tensor, toPrecision } from '../algebra/tensor.ts';
import type { LayerWeights } from '../models/network.ts';
import type { Derived } from './blocks/block.ts';

/** Values made from weights, each made again only when its weights have changed; those of the sweep whenever they are asked for. */
export function derivedValues(
  engine: Engine,
): (derived: Derived, weights: readonly LayerWeights[], sweep: number) => Promise<Tensor> {
  const known = new Map<string, { readonly from: readonly Matrix[]; readonly value: Tensor }>();
  const prepared = new Map<string, ReturnType<Derived['prepare']>>();
  return async (derived, weights, sweep) => {
    const from = derived.from.map((layer) => weights[layer - 1]!.W);
    const last = known.get(derived.name);
    if (last && from.length > 0 && from.every((W, k) => W === last.from[k])) return last.value;
    const make = prepared.get(derived.name) ?? derived.prepare(engine);
    prepared.set(derived.name, make);
    const made = await (await make)(
      from.map((W) => toPrecision(W, 'float64')),
      sweep,
    );
    const value = toPrecision(made, engine.precision);
    known.set(derived.name, { from, value });
    return value;
  };
}
