import { afterAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/algebra/engine.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { onnx, precisions } from '../engine/onnxEngines.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { closedForm, engineAgreement, type Tolerance } from '../tolerance.ts';
import { descend, forwardState, type MethodCase, methodCases, ones, posed, valuesOf } from './cases.ts';

type Values = ReturnType<typeof valuesOf>;

/** The state after each of three sweeps. */
async function iterates(engine: Engine, one: MethodCase, rows = 7): Promise<Values[]> {
  const problem = posed(one, { gamma: [0.5, 2, 1.3], weights: ['squaredL2', 0.1] });
  const state = await forwardState(engine, problem, { rows });
  const descent = await descend(engine, problem, one.method.blocks(problem, ones), state);
  const seen: Values[] = [];
  for (let k = 0; k < 3; k++) {
    await descent.sweep();
    seen.push(valuesOf(state));
  }
  return seen;
}

function expectSame(actual: Values[], expected: Values[], tolerance: Tolerance): void {
  for (const [k, values] of expected.entries())
    for (const [name, { data }] of Object.entries(values))
      expectClose(actual[k]![name]!.data, data, tolerance, `${name} after sweep ${k + 1}`);
}

describe.each(methodCases)('iterates of $name', (one) => {
  const engines = { float64: onnx('float64'), again: onnx('float64') };
  afterAll(() => Promise.all(Object.values(engines).map((engine) => engine.dispose())));

  it('do not depend on the chunks', async () => {
    const whole = await iterates(referenceEngine(), one, 1000);
    for (const rows of [7, 30]) expectSame(await iterates(referenceEngine(), one, rows), whole, closedForm);
  });

  it('are those of the reference in float64 ONNX', async () => {
    const expected = await iterates(referenceEngine(), one);
    expectSame(await iterates(engines.float64, one), expected, engineAgreement.float64);
  });

  it('have the same bits in two runs of two engines', async () => {
    expect(await iterates(engines.again, one)).toEqual(await iterates(engines.float64, one));
  });
});

describe.each(precisions)('iterates in %s ONNX', (precision) => {
  it('have the same bits on any engine', async () => {
    const [first, second] = [onnx(precision), onnx(precision)];
    const one = methodCases.at(-1)!;
    expect(await iterates(first, one)).toEqual(await iterates(second, one));
    await Promise.all([first.dispose(), second.dispose()]);
  });
});
