import { concrete, type Engine, type Expression } from '../../src/algebra/engine.ts';
import { type Tensor, toPrecision, zeros } from '../../src/algebra/tensor.ts';
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
  const given = Object.entries(inputs).map(([name, tensor]) => [name, toPrecision(tensor, engine.precision)]);
  await program.run(Object.fromEntries(given), outputs);
  return outputs;
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
