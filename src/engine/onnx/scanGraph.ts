import type { Recurrence, Shape } from '../../algebra/engine.ts';
import type { Precision } from '../../algebra/tensor.ts';
import { encodeGraph, GraphBuilder, valueInfo } from './graphOps.ts';
import { attributeType } from './schema.ts';

export interface ScanGraph {
  readonly bytes: Uint8Array;
  /** Shapes of the outputs of one step. */
  readonly outputs: Readonly<Record<string, Shape>>;
}

/** Name of the state after the last step; the state before the first has the plain name. */
export const afterName = (variable: string): string => `${variable} after`;

/**
 * A recurrence as a model of one Scan node (ONNX operator set 16 and later): its body is the graph of one step, its
 * state stays inside the runtime from step to step, and inputs and outputs have an axis of steps in front.
 */
export function scanGraph({ name, state, inputs, step }: Recurrence, precision: Precision): ScanGraph {
  const builder = new GraphBuilder(precision);
  const declare = (shapes: Readonly<Record<string, Shape>>) =>
    Object.fromEntries(Object.entries(shapes).map(([input, shape]) => [input, builder.input(input, shape)]));
  const [before, given] = [declare(state), declare(inputs)];
  const next = step(builder, before, given);
  const body = builder.graph({
    name: `a step of ${name}`,
    // The order of the state is that of the inputs: Scan connects them by position.
    outputs: {
      ...Object.fromEntries(
        Object.keys(state).map((variable) => [`next ${variable}`, next.state[variable]!]),
      ),
      ...next.outputs,
    },
  });
  const outputs = Object.fromEntries(
    Object.entries(next.outputs).map(([output, { shape }]) => [output, shape]),
  );
  const each = (shapes: Readonly<Record<string, Shape>>) =>
    Object.entries(shapes).map(([variable, shape]) => valueInfo(variable, ['steps', ...shape], precision));
  const carried = (nameOf: (variable: string) => string) =>
    Object.entries(state).map(([variable, shape]) => valueInfo(nameOf(variable), shape, precision));
  const variables = Object.keys(state);
  const bytes = encodeGraph({
    name,
    node: [
      {
        opType: 'Scan',
        name: `Scan ${name}`,
        input: [...variables, ...Object.keys(inputs)],
        output: [...variables.map(afterName), ...Object.keys(outputs)],
        attribute: [
          { name: 'body', type: attributeType.graph, g: body },
          { name: 'num_scan_inputs', type: attributeType.int, i: Object.keys(inputs).length },
        ],
      },
    ],
    initializer: [],
    input: [...carried((variable) => variable), ...each(inputs)],
    output: [...carried(afterName), ...each(outputs)],
  });
  return { bytes, outputs };
}
