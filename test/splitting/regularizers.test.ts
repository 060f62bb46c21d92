import { afterAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/algebra/engine.ts';
import type { Tensor } from '../../src/algebra/tensor.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { depth, layers, type Problem, weightRegularizerOf } from '../../src/problem/problem.ts';
import { regularizers } from '../../src/problem/regularizers/index.ts';
import { onnx } from '../engine/onnxEngines.ts';
import type { ProblemOptions } from '../problem/smallProblems.ts';
import { descentSlack } from '../tolerance.ts';
import {
  descend,
  forwardState,
  type MethodCase,
  methodCases,
  posed,
  totalOf,
  valuesOf,
  withAlpha,
} from './cases.ts';

const sweeps = 8;
const settings = withAlpha({ V: 1, U: 0.3, W: 0.5 });
const widths = [4, 5, 5, 5, 2];

/** Every method with every regularizer on weights, on states and on both. */
const cases = methodCases
  .filter(({ activation, loss }) => activation.name === 'relu' && loss.name === 'squared')
  .flatMap((one) =>
    regularizers.flatMap(({ name }) =>
      (
        [
          ['r', { weights: [name, 0.2] }],
          ['s', { states: [name, 0.2] }],
          ['r and s', { weights: [name, 0.2], states: [name, 0.2] }],
        ] as [string, ProblemOptions][]
      ).map(([role, options]) => ({ name: `${one.name}, ${name} as ${role}`, one, options })),
    ),
  );

/** Values of r on every W and of s on every hidden V are finite: constraints hold to the bit. */
function expectFeasible(problem: Problem, values: Readonly<Record<string, Tensor>>): void {
  for (const i of layers(problem)) {
    const { term, weight } = weightRegularizerOf(problem, i);
    const r = weight === 0 ? [0] : term.value(o, values[`W${i}`]!).data;
    expect([...r].every(Number.isFinite), `W${i}`).toBe(true);
    if (i === depth(problem)) continue;
    const s = problem.stateRegularizer.term.value(o, values[`V${i}`]!).data;
    expect([...s].every(Number.isFinite), `V${i}`).toBe(true);
  }
}

async function expectDescent(engine: Engine, one: MethodCase, options: ProblemOptions): Promise<void> {
  const { method } = one;
  const problem = posed(one, { ...options, widths });
  const state = await forwardState(engine, problem, { n: 20 });
  const descent = await descend(engine, problem, method.blocks(problem, settings), state);
  const a = method.descentConstant(problem, settings, 1);
  let before = totalOf(await descent.measure());
  expect(before).toBeLessThan(Number.POSITIVE_INFINITY);
  let B = (await descent.stationarity()).size;
  for (let k = 1; k <= sweeps; k++) {
    const moved = totalOf((await descent.sweep()).movement);
    const after = totalOf(await descent.measure());
    const slack = descentSlack(engine.precision, before);
    expect(before - after, `decrease in sweep ${k}`).toBeGreaterThanOrEqual(a * moved - slack);
    before = after;
    expectFeasible(problem, valuesOf(state));
    const { distances, size } = await descent.stationarity();
    B = Math.max(B, size);
    const b = method.relativeErrorConstant(problem, settings, B);
    if (b !== undefined && engine.precision === 'float64')
      expect(Math.sqrt(totalOf(distances)), `residual of sweep ${k}`).toBeLessThanOrEqual(
        b * Math.sqrt(moved),
      );
  }
}

describe('sweeps with a regularizer descend as Lemma 7 says and keep to its set', () => {
  it.each(cases)('$name', ({ one, options }) => expectDescent(referenceEngine(), one, options));

  describe('in float32', () => {
    const engine = onnx('float32');
    afterAll(() => engine.dispose());
    it.each(cases.filter(({ name }) => name.endsWith('as r and s')))('$name', ({ one, options }) =>
      expectDescent(engine, one, options),
    );
  });
});

describe.each(['l1', 'elasticNet'])('%s', (name) => {
  it.each(cases.filter((one) => one.name.endsWith(`, ${name} as r`)))(
    'of a large weight gives weights that are zero to the bit: $name',
    async ({ one }) => {
      const problem = posed(one, { widths, weights: [name, 1e4] });
      const state = await forwardState(referenceEngine(), problem, { n: 20 });
      const blocks = one.method.blocks(problem, settings);
      const descent = await descend(referenceEngine(), problem, blocks, state);
      for (let k = 0; k < sweeps; k++) await descent.sweep();
      const values = valuesOf(state);
      const regularized = layers(problem).filter((i) => weightRegularizerOf(problem, i).weight > 0);
      for (const i of regularized) expect([...values[`W${i}`]!.data].every((w) => w === 0)).toBe(true);
    },
  );
});
