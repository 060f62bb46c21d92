import { afterAll, describe, expect, it } from 'vitest';
import { type Engine, NotPositiveDefinite } from '../../src/algebra/engine.ts';
import { viewSamples } from '../../src/algebra/samples.ts';
import { type Matrix, matrix } from '../../src/algebra/tensor.ts';
import type { State } from '../../src/splitting/descent.ts';
import { onnx } from '../engine/onnxEngines.ts';
import { draw } from '../oracle/draw.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { problemOf } from '../problem/smallProblems.ts';
import { engineAgreement } from '../tolerance.ts';
import { descend, forwardState, methodCases, ones, totalOf, valuesOf, withAlpha } from './cases.ts';

const { method, activation, loss } = methodCases.find(({ name }) => name.includes('identity'))!;
const inputs = 6;
const problem = problemOf(activation, loss, { widths: [inputs, 5, 2] });
const alpha = withAlpha({ V: 1, U: 1, W: 1e-4 });

describe('a Gram matrix that float32 has made indefinite', () => {
  const [single, double] = [onnx('float32'), onnx('float64')];
  afterAll(() => Promise.all([single.dispose(), double.dispose()]));

  // Inputs, whose Gram matrix is taken once, and states, whose Gram matrix is new in every sweep.
  it.each([
    ['V0', 'W1'],
    ['V1', 'W2'],
  ])('of %s is computed again in float64, and the log names %s', async (states, name) => {
    const solved: Record<string, number> = {};
    const logged: string[] = [];
    for (const engine of [single, double]) {
      const state = await collinearState(engine, states);
      const block = method.blocks(problem, alpha).filter((one) => one.name === name);
      const descent = await descend(engine, problem, block, state, (message) => logged.push(message));
      await descent.sweep();
      solved[engine.precision] = totalOf(await descent.measure());
    }
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(new RegExp(`^The Gram matrix of ${name} .* float32 .* again in float64\\.$`));
    expectClose([solved.float32!], [solved.float64!], engineAgreement.float32);
  });

  /** Nearly equal columns of large numbers; their differences are below the last digit of float32 sums. */
  async function collinearState(engine: Engine, name: string): Promise<State> {
    const state = await forwardState(engine, problem, { rows: 30 });
    const width = state.samples[name]!.width;
    const random = draw(3);
    const data = Float64Array.from({ length: 30 * width });
    for (let i = 0; i < 30; i++) {
      const common = 1000 * random.normal();
      for (let j = 0; j < width; j++) data[i * width + j] = common + 0.01 * random.normal();
    }
    // Both engines get the same numbers.
    const rounded = matrix(30, width, Float32Array.from(data));
    state.samples[name] = viewSamples(state.chunks, rounded, engine.precision);
    return state;
  }
});

describe('a factorisation that fails', () => {
  it('is repeated with sums in float64, for all later sweeps where the matrix is constant', async () => {
    const [plain, faulty] = [onnx('float32'), failing(onnx('float32'), firstOf(inputs + 1))];
    const expected = await sweepTwice(plain);
    const actual = await sweepTwice(faulty);
    expect(expected.logged).toEqual([]);
    expect(actual.logged.map((message) => message.slice(0, 22))).toEqual(['The Gram matrix of W1 ']);
    for (const [name, { data }] of Object.entries(expected.values))
      expectClose(actual.values[name]!.data, data, engineAgreement.float32, name);
    await Promise.all([plain.dispose(), faulty.dispose()]);
  });

  it('is an error in float64, where nothing is left to try', async () => {
    const engine = failing(onnx('float64'), firstOf(inputs + 1));
    await expect(sweepTwice(engine)).rejects.toThrow(NotPositiveDefinite);
    await engine.dispose();
  });

  it('compiles the repeated pass once, however often it is needed', async () => {
    const engine = failing(onnx('float32'), (_, time) => time % 2 === 1);
    let compiled = 0;
    const counting: Engine = {
      ...engine,
      compile: (...given) => {
        compiled++;
        return engine.compile(...given);
      },
    };
    const block = method.blocks(problem, alpha).filter(({ name }) => name === 'W2');
    const logged: string[] = [];
    const descent = await descend(counting, problem, block, await forwardState(engine, problem), (message) =>
      logged.push(message),
    );
    await descent.sweep();
    const once = compiled;
    await descent.sweep();
    await descent.sweep();
    expect(logged).toHaveLength(3);
    expect(compiled).toBe(once);
    await engine.dispose();
  });

  async function sweepTwice(
    engine: Engine,
  ): Promise<{ logged: string[]; values: ReturnType<typeof valuesOf> }> {
    const logged: string[] = [];
    const state = await forwardState(engine, problem);
    const blocks = method.blocks(problem, ones);
    const descent = await descend(engine, problem, blocks, state, (message) => logged.push(message));
    await descent.sweep();
    await descent.sweep();
    return { logged, values: valuesOf(state) };
  }
});

/** An engine that refuses the factorisations for which `fails` is true, given the size and the number of the call. */
function failing(engine: Engine, fails: (size: number, time: number) => boolean): Engine {
  let time = 0;
  return {
    ...engine,
    async factor(a: Matrix) {
      time++;
      if (fails(a.shape[0], time)) throw new NotPositiveDefinite('pivot 1 is -1');
      return engine.factor(a);
    },
  };
}

/** True the first time that a matrix of this size comes. */
function firstOf(size: number): (size: number) => boolean {
  let seen = false;
  return (given) => {
    if (given !== size || seen) return false;
    seen = true;
    return true;
  };
}
