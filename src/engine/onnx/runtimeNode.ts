import * as ort from 'onnxruntime-node';
import type { Tensor } from '../../algebra/tensor.ts';
import type { OnnxRuntime } from './runtime.ts';

/** ONNX Runtime in Node, on the processor. `threads` is the number of cores that one product may use. */
export function nodeRuntime(options: { readonly threads: number }): OnnxRuntime {
  return {
    name: `onnxruntime-node ${ort.env.versions.node ?? ''}, ${options.threads} thread${options.threads === 1 ? '' : 's'}`,
    async load(model) {
      const session = await ort.InferenceSession.create(model, {
        executionProviders: ['cpu'],
        intraOpNumThreads: options.threads,
        interOpNumThreads: 1,
        graphOptimizationLevel: 'all',
        logSeverityLevel: 3,
        // A pattern plans one arena block for all intermediate results of a run: more memory than it saves time.
        enableMemPattern: false,
        // Threads spin within a run, where the next product is near, and stop with it: every session has threads of its own, and idle
        // ones that spin would take the cores from the one at work.
        // The fusion would turn every Transpose before a Gemm into the slower attribute.
        extra: {
          session: { intra_op: { allow_spinning: '1' }, force_spinning_stop: '1' },
          optimization: { disable_specified_optimizers: 'GemmTransposeFusion' },
        },
      });
      return {
        // Preallocated outputs are written in place: nothing is allocated from one run to the next.
        run: async (inputs, outputs) => void (await session.run(wrap(inputs), wrap(outputs))),
        dispose: () => session.release(),
      };
    },
  };
}

function wrap(tensors: Readonly<Record<string, Tensor>>): Record<string, ort.Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { data, shape }]) => [
      name,
      data instanceof Float32Array
        ? new ort.Tensor('float32', data, shape)
        : new ort.Tensor('float64', data, shape),
    ]),
  );
}
