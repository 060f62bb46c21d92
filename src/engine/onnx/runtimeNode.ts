import { setImmediate } from 'node:timers/promises';
import type { Tensors } from '../../algebra/engine.ts';
import type { Tensor } from '../../algebra/tensor.ts';
import { type Address, type OrtApi, ortApi } from './ortApi.ts';
import type { OnnxRuntime, OnnxSession } from './runtime.ts';
import { dataType } from './schema.ts';

/** Values of enumerations in onnxruntime_c_api.h. */
const logFatal = 4;
const optimizeAll = 99;
const arenaAllocator = 1;
const defaultMemory = 0;

/** ONNX Runtime in Node, on the processor. `threads` is the number of cores that one product may use. */
export function nodeRuntime(options: { readonly threads: number }): OnnxRuntime {
  const { threads } = options;
  const api = ortApi();
  return {
    name: `onnxruntime ${api.version}, ${threads} thread${threads === 1 ? '' : 's'}`,
    load: async (model) => openSession(api, model, threads),
  };
}

function openSession(api: OrtApi, model: Uint8Array, threads: number): OnnxSession {
  shared ??= sharedMemory(api);
  const memory = shared;
  const session = memory.keptFor((env) => createSession(api, env, model, threads));
  const names = new Map<string, Uint8Array>();

  function nameOf(name: string): Address {
    const text = names.get(name) ?? new TextEncoder().encode(`${name}\0`);
    names.set(name, text);
    return api.addressOf(text);
  }

  function tensorOf({ data, shape }: Tensor): Address {
    const type = data instanceof Float32Array ? dataType.float32 : dataType.float64;
    const dims = BigInt64Array.from(shape, BigInt);
    return api.made((out) =>
      api.createTensorWithDataAsOrtValue(memory.info, data, data.byteLength, dims, dims.length, type, out),
    );
  }

  function passed(tensors: Tensors): { readonly names: BigUint64Array; readonly values: BigUint64Array } {
    return {
      names: BigUint64Array.from(Object.keys(tensors), nameOf),
      values: BigUint64Array.from(Object.values(tensors), tensorOf),
    };
  }

  let released = false;
  return {
    async run(inputs, outputs) {
      // A run holds this thread until it is done: what waits, such as an interruption, comes first.
      await setImmediate();
      // The library would read memory that is not its own any more.
      if (released) throw new Error('This session of ONNX Runtime has been disposed of and cannot run.');
      const [into, from] = [passed(inputs), passed(outputs)];
      const status = api.run(
        session,
        null,
        into.names,
        into.values,
        into.names.length,
        from.names,
        from.names.length,
        from.values,
      );
      for (const value of [...into.values, ...from.values]) api.releaseValue(value);
      api.check(status);
    },
    async dispose() {
      if (released) return;
      released = true;
      api.releaseSession(session);
      memory.release();
    },
  };
}

function createSession(api: OrtApi, env: Address, model: Uint8Array, threads: number): Address {
  const options = api.made(api.createSessionOptions);
  try {
    // A pattern plans one block for all intermediate results of a run: more memory than it saves time.
    api.check(api.disableMemPattern(options));
    // What goes wrong is thrown; it need not be printed as well.
    api.check(api.setSessionLogSeverityLevel(options, logFatal));
    api.check(api.setSessionGraphOptimizationLevel(options, optimizeAll));
    api.check(api.setIntraOpNumThreads(options, threads));
    api.check(api.setInterOpNumThreads(options, 1));
    for (const [key, value] of Object.entries(sessionEntries))
      api.check(api.addSessionConfigEntry(options, key, value));
    return api.made((out) => api.createSessionFromArray(env, model, model.byteLength, options, out));
  } finally {
    api.releaseSessionOptions(options);
  }
}

const sessionEntries = {
  // One arena for all sessions: each of its own would keep what only one at a time is using.
  'session.use_env_allocators': '1',
  // Threads spin within a run, where the next product is near, and stop with it: every session has threads of its own, and idle ones
  // that spin would take the cores from the one at work.
  'session.intra_op.allow_spinning': '1',
  'session.force_spinning_stop': '1',
  // The fusion would turn every Transpose before a Gemm into the slower attribute.
  'optimization.disable_specified_optimizers': 'GemmTransposeFusion',
};

/** What all sessions of the process share. Its arena is there as long as one of them is. */
interface SharedMemory {
  /** Describes where tensors lie: in the memory of the process. */
  readonly info: Address;
  /** A session, counted. */
  keptFor(create: (env: Address) => Address): Address;
  release(): void;
}

let shared: SharedMemory | undefined;

function sharedMemory(api: OrtApi): SharedMemory {
  const env = api.made((out) => api.createEnv(logFatal, 'ashlar', out));
  const info = api.made((out) => api.createCpuMemoryInfo(arenaAllocator, defaultMemory, out));
  let sessions = 0;
  function release(): void {
    sessions--;
    if (sessions === 0) api.check(api.unregisterAllocator(env, info));
  }
  return {
    info,
    release,
    keptFor(create) {
      if (sessions === 0) api.check(api.createAndRegisterAllocator(env, info, null));
      sessions++;
      try {
        return create(env);
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}
