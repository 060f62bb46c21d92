import type { Engine } from '../../src/algebra/engine.ts';
import type { Precision } from '../../src/algebra/tensor.ts';
import { onnxEngine } from '../../src/engine/onnx/onnxEngine.ts';
import { nodeRuntime } from '../../src/engine/onnx/runtimeNode.ts';

export const precisions: readonly Precision[] = ['float32', 'float64'];

/** A new engine on one thread: its sums run in one order. */
export function onnx(precision: Precision): Engine {
  return onnxEngine(nodeRuntime({ threads: 1 }), { precision });
}
