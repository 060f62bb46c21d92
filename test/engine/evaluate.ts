import { expect } from 'vitest';
import {
  concrete,
  type Engine,
  type Expression,
  type Recurrence,
  type Tensors,
} from '../../src/algebra/engine.ts';
import { type Precision, type Tensor, toPrecision, zeros } from '../../src/algebra/tensor.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { engineAgreement } from '../tolerance.ts';

/** All outputs of an expression for n samples. */
export async function evaluate(
  engine: Engine,
  expression: Expression,
  inputs: Readonly<Record<string, Tensor>>,
  n: number,
): Promise<Record<string, Tensor>> {
  const program = await engine.compile(expression);
  const outputs = Object.fromEntries(
    Object.entries(program.outputs).map(([name, shape]) => [
      name,
      zeros(concrete(shape, n), engine.precision),
    ]),
  );
  await program.run(inPrecision(inputs, engine.precision), outputs);
  return outputs;
}

/** A state and outputs, by name. */
export interface LoopResult {
  readonly after: Tensors;
  readonly outputs: Tensors;
}

/** The state and all outputs after as many steps on n samples as the inputs hold. */
export async function evaluateLoop(
  engine: Engine,
  recurrence: Recurrence,
  before: Tensors,
  inputs: Tensors,
  n: number,
): Promise<LoopResult> {
  const loop = await engine.compileLoop(recurrence);
  const steps = Object.values(inputs)[0]!.shape[0]!;
  const room = (shape: readonly number[]): Tensor => zeros(shape, engine.precision);
  const after = Object.entries(recurrence.state).map(([name, shape]) => [name, room(concrete(shape, n))]);
  const outputs = Object.entries(loop.outputs).map(([name, shape]) => [
    name,
    room([steps, ...concrete(shape, n)]),
  ]);
  const result = { after: Object.fromEntries(after), outputs: Object.fromEntries(outputs) };
  const { precision } = engine;
  await loop.run(
    inPrecision(before, precision),
    inPrecision(inputs, precision),
    result.after,
    result.outputs,
  );
  await loop.dispose();
  return result;
}

export function inPrecision(values: Tensors, precision: Precision): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(values).map(([name, tensor]) => [name, toPrecision(tensor, precision)]),
  );
}

/** The engine gives the state and every output the shapes and the numbers that the reference gives them. */
export async function expectLoopAgreement(
  engine: Engine,
  recurrence: Recurrence,
  before: Tensors,
  inputs: Tensors,
  n: number,
): Promise<void> {
  const actual = await evaluateLoop(engine, recurrence, before, inputs, n);
  const expected = await evaluateLoop(referenceEngine(), recurrence, before, inputs, n);
  for (const part of ['after', 'outputs'] as const) expectSame(part, actual[part], expected[part]);

  function expectSame(part: string, some: Tensors, others: Tensors): void {
    expect(Object.keys(some).sort()).toEqual(Object.keys(others).sort());
    for (const [name, { shape, data }] of Object.entries(others)) {
      const what = `${part} ${name} of ${recurrence.name}`;
      expect(some[name]!.shape, what).toEqual(shape);
      expectClose(some[name]!.data, data, engineAgreement[engine.precision], what);
    }
  }
}

/** The engine gives every output the shape and the numbers that the reference gives it. */
export async function expectAgreement(
  engine: Engine,
  expression: Expression,
  inputs: Readonly<Record<string, Tensor>>,
  n: number,
): Promise<void> {
  const actual = await evaluate(engine, expression, inputs, n);
  const expected = await evaluate(referenceEngine(), expression, inputs, n);
  for (const [name, { shape, data }] of Object.entries(expected)) {
    const what = `${name} of ${expression.name}`;
    if (`${actual[name]?.shape}` !== `${shape}`)
      throw new Error(`${what} is [${actual[name]?.shape}], expected [${shape}]`);
    expectClose(actual[name]!.data, data, engineAgreement[engine.precision], what);
  }
}
