import type { Engine, Program } from '../algebra/engine.ts';
import { type Matrix, matrix, toPrecision } from '../algebra/tensor.ts';
import type { Derived } from './blocks/block.ts';

/** Matrices made from weights, each made again only when its weights have changed. */
export function derivedMatrices(engine: Engine): (derived: Derived, w: Matrix) => Promise<Matrix> {
  const known = new Map<string, { readonly from: Matrix; readonly value: Matrix }>();
  const programs = new Map<string, Program>();
  return async (derived, w) => {
    const last = known.get(derived.name);
    if (last?.from === w) return last.value;
    const program = programs.get(derived.name) ?? (await engine.compile(derived.system, 'float64'));
    programs.set(derived.name, program);
    const wide = toPrecision(w, 'float64');
    const d = program.outputs.A![0] as number;
    const a = matrix(d, d, new Float64Array(d * d));
    await program.run({ W: wide }, { A: a });
    for (let i = 0; i < d; i++) a.data[i * d + i]! += derived.diagonal;
    const value = toPrecision(await derived.finish(await engine.factor(a), wide), engine.precision);
    known.set(derived.name, { from: w, value });
    return value;
  };
}
