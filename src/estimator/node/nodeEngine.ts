import { availableParallelism } from 'node:os';
import type { Engine } from '../../algebra/engine.ts';
import { UserError } from '../../algebra/errors.ts';
import type { Precision } from '../../algebra/tensor.ts';
import { onnxEngine } from '../../engine/onnx/onnxEngine.ts';
import { nodeRuntime } from '../../engine/onnx/runtimeNode.ts';

/** More than any one machine has; a slip of the keyboard must not start a hundred thousand. */
const mostThreads = 512;

/** The engine for this machine. @param threads cores for one product; all of them without it. */
export function nodeEngine(
  options: { readonly precision?: Precision; readonly threads?: number | undefined } = {},
): Engine {
  const threads = options.threads ?? availableParallelism();
  if (!Number.isInteger(threads) || threads < 1 || threads > mostThreads)
    throw new UserError(
      `The number of threads is ${threads} where a whole number from 1 to ${mostThreads} was expected.`,
    );
  return onnxEngine(nodeRuntime({ threads }), { precision: options.precision ?? 'float32' });
}
