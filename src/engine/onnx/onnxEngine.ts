import type { Engine, Expression, Loop, Program, Recurrence } from '../../algebra/engine.ts';
import type { Precision } from '../../algebra/tensor.ts';
import { type BlockProducts, blockedCholesky, blockProducts } from './blockedCholesky.ts';
import { GraphBuilder } from './graphOps.ts';
import type { OnnxRuntime, OnnxSession } from './runtime.ts';
import { afterName, scanGraph } from './scanGraph.ts';

/** Runs expressions as ONNX graphs: each is compiled once, then run on any number of samples. */
export function onnxEngine(runtime: OnnxRuntime, options: { readonly precision: Precision }): Engine {
  const sessions = new Set<OnnxSession>();
  let products: Promise<BlockProducts> | undefined;

  async function compile(expression: Expression, precision: Precision = options.precision): Promise<Program> {
    const { bytes, outputs } = graphOf(expression, precision);
    return { outputs, ...(await load(bytes)) };
  }

  async function compileLoop(recurrence: Recurrence): Promise<Loop> {
    const { bytes, outputs: shapes } = scanGraph(recurrence, options.precision);
    const { run, dispose } = await load(bytes);
    return {
      outputs: shapes,
      dispose,
      run(before, inputs, after, outputs) {
        const last = Object.entries(after).map(([variable, value]) => [afterName(variable), value]);
        return run({ ...before, ...inputs }, { ...Object.fromEntries(last), ...outputs });
      },
    };
  }

  /** A session that `dispose` of the engine releases if its user has not. */
  async function load(bytes: Uint8Array): Promise<OnnxSession> {
    const session = await runtime.load(bytes);
    sessions.add(session);
    return {
      run: session.run,
      async dispose() {
        if (sessions.delete(session)) await session.dispose();
      },
    };
  }

  return {
    name: runtime.name,
    precision: options.precision,
    compile,
    compileLoop,
    async factor(a) {
      products ??= blockProducts((expression) => compile(expression, 'float64'));
      return blockedCholesky(a, await products);
    },
    async dispose() {
      await Promise.all([...sessions].map((session) => session.dispose()));
      sessions.clear();
      products = undefined;
    },
  };
}

/** The ONNX model of an expression, as bytes, and the shapes of its outputs. */
export function graphOf(
  expression: Expression,
  precision: Precision,
): { readonly bytes: Uint8Array; readonly outputs: Program['outputs'] } {
  const builder = new GraphBuilder(precision);
  const inputs = Object.fromEntries(
    Object.entries(expression.inputs).map(([name, shape]) => [name, builder.input(name, shape)]),
  );
  const outputs = expression.build(builder, inputs);
  for (const name of Object.keys(outputs))
    if (name in inputs) throw new RangeError(`${expression.name}: ${name} is an input and an output`);
  return {
    bytes: builder.encode({ name: expression.name, outputs }),
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, value.shape])),
  };
}
