import { afterAll, describe, expect, it } from 'vitest';
import { viewSamples } from '../../src/algebra/samples.ts';
import { type Precision, toPrecision } from '../../src/algebra/tensor.ts';
import { onnx, precisions } from '../engine/onnxEngines.ts';
import { dataOf, descend, forwardState, methodCases, ones, posed } from './cases.ts';

/** The state holds views on the matrices of the caller where it can, and copies where the precision differs. */
const given = precisions.flatMap((of) => precisions.map((engine) => ({ of, engine })));

describe.each(given)('data in $of on a $engine engine', ({ of, engine: precision }) => {
  const engine = onnx(precision as Precision);
  afterAll(() => engine.dispose());

  it.each(methodCases)('are not changed by sweeps of $name', async (one) => {
    const problem = posed(one);
    const state = await forwardState(engine, problem);
    const { X, Y } = dataOf(problem);
    const data = { V0: toPrecision(X, of), Y: toPrecision(Y, of) };
    const copies = Object.values(data).map((matrix) => matrix.data.slice());
    for (const [name, matrix] of Object.entries(data))
      state.samples[name] = viewSamples(state.chunks, matrix, precision);
    const seen = ['V0', 'Y'].flatMap((name) => state.samples[name]!.chunks);
    const descent = await descend(engine, problem, one.method.blocks(problem, ones), state);
    await descent.sweep();
    await descent.sweep();
    expect(Object.values(data).map((matrix) => matrix.data)).toEqual(copies);
    expect(['V0', 'Y'].flatMap((name) => state.samples[name]!.chunks)).toEqual(seen);
    expect(seen[0]!.buffer === data.V0.data.buffer).toBe(of === precision);
  });
});
