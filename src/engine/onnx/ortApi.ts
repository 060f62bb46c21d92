import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import koffi from 'koffi';
import { UserError } from '../../algebra/errors.ts';

/** Of an object of the runtime, such as a session or a tensor. */
export type Address = bigint;

/** Null where a call went well. */
type Status = Address | null;

/** Where a function that makes an object puts its address. */
type Out = [Address | null];

/** The version of the table of functions below; a table is only ever added to. */
const apiVersion = 14;

/**
 * The functions of ONNX Runtime's C interface that are needed here, with their places in the table `OrtApi`
 * (onnxruntime_c_api.h). Every pointer is a `void *`: tensors are passed where they lie, and nothing is copied.
 */
export interface OrtApi {
  /** Version of the runtime, such as 1.30.0. */
  readonly version: string;
  createEnv(level: number, name: string, out: Out): Status;
  createSessionFromArray(env: Address, model: Uint8Array, bytes: number, options: Address, out: Out): Status;
  run(
    session: Address,
    options: null,
    inputNames: BigUint64Array,
    inputs: BigUint64Array,
    inputCount: number,
    outputNames: BigUint64Array,
    outputCount: number,
    outputs: BigUint64Array,
  ): Status;
  createSessionOptions(out: Out): Status;
  disableMemPattern(options: Address): Status;
  setSessionLogSeverityLevel(options: Address, level: number): Status;
  setSessionGraphOptimizationLevel(options: Address, level: number): Status;
  setIntraOpNumThreads(options: Address, threads: number): Status;
  setInterOpNumThreads(options: Address, threads: number): Status;
  addSessionConfigEntry(options: Address, key: string, value: string): Status;
  createTensorWithDataAsOrtValue(
    memory: Address,
    data: ArrayBufferView,
    bytes: number,
    shape: BigInt64Array,
    rank: number,
    type: number,
    out: Out,
  ): Status;
  createCpuMemoryInfo(allocator: number, kind: number, out: Out): Status;
  createAndRegisterAllocator(env: Address, memory: Address, settings: null): Status;
  unregisterAllocator(env: Address, memory: Address): Status;
  releaseSession(session: Address): void;
  releaseValue(value: Address): void;
  releaseSessionOptions(options: Address): void;
  /** @throws Error with the runtime's message where a call did not go well. */
  check(status: Status): void;
  /** The object that a call makes. */
  made(create: (out: Out) => Status): Address;
  /** Where the bytes of an array begin. */
  addressOf(data: ArrayBufferView): Address;
}

let known: OrtApi | undefined;

/**
 * ONNX Runtime by its C interface, from the library that the package onnxruntime-node brings along. The binding in that package
 * copies every output of a run into a new array; here outputs are written where they shall be.
 */
export function ortApi(): OrtApi {
  known ??= load();
  return known;
}

function load(): OrtApi {
  // A library that is not referred to any more is unloaded, whoever still has functions of it.
  const library = open(libraryPath());
  const base: Address = library.func('void *OrtGetApiBase(void)')();
  const table = functionAt(base, 0, 'void *(uint32_t version)')(apiVersion);
  const at = (place: number, declaration: string): ForeignFunction => functionAt(table, place, declaration);

  const errorMessage: (status: Address) => string = at(2, 'const char *(void *status)');
  const releaseStatus: (status: Address) => void = at(93, 'void (void *status)');
  function check(status: Status): void {
    if (status === null) return;
    const message = errorMessage(status);
    releaseStatus(status);
    throw new Error(message);
  }

  const api: OrtApi & { readonly library: unknown } = {
    library,
    version: functionAt(base, 1, 'const char *(void)')(),
    createEnv: at(3, 'void *(int level, const char *name, _Out_ void **out)'),
    createSessionFromArray: at(
      8,
      'void *(void *env, void *model, size_t bytes, void *options, _Out_ void **out)',
    ),
    run: at(
      9,
      'void *(void *session, void *options, void *inputNames, void *inputs, size_t inputCount, void *outputNames, size_t outputCount, void *outputs)',
    ),
    createSessionOptions: at(10, 'void *(_Out_ void **out)'),
    disableMemPattern: at(17, 'void *(void *options)'),
    setSessionLogSeverityLevel: at(22, 'void *(void *options, int level)'),
    setSessionGraphOptimizationLevel: at(23, 'void *(void *options, int level)'),
    setIntraOpNumThreads: at(24, 'void *(void *options, int threads)'),
    setInterOpNumThreads: at(25, 'void *(void *options, int threads)'),
    addSessionConfigEntry: at(130, 'void *(void *options, const char *key, const char *value)'),
    createTensorWithDataAsOrtValue: at(
      49,
      'void *(void *memory, void *data, size_t bytes, void *shape, size_t rank, int type, _Out_ void **out)',
    ),
    createCpuMemoryInfo: at(69, 'void *(int allocator, int kind, _Out_ void **out)'),
    createAndRegisterAllocator: at(144, 'void *(void *env, void *memory, void *settings)'),
    unregisterAllocator: at(177, 'void *(void *env, void *memory)'),
    releaseSession: at(95, 'void (void *session)'),
    releaseValue: at(96, 'void (void *value)'),
    releaseSessionOptions: at(100, 'void (void *options)'),
    check,
    made(create) {
      const out: Out = [null];
      check(create(out));
      return out[0]!;
    },
    addressOf: (data) => koffi.address(data),
  };
  return api;
}

// biome-ignore lint/suspicious/noExplicitAny: its type is what its declaration says.
type ForeignFunction = (...given: any[]) => any;

/** The function whose address stands at a place of a table of addresses. */
function functionAt(table: Address, place: number, declaration: string): ForeignFunction {
  const address = koffi.decode(table, place * koffi.sizeof('void *'), 'void *');
  return koffi.decode(address, koffi.proto(declaration));
}

function libraryPath(): string {
  const require = createRequire(import.meta.url);
  const folder = join(
    dirname(require.resolve('onnxruntime-node')),
    '../bin/napi-v6',
    process.platform,
    process.arch,
  );
  try {
    const file = readdirSync(folder).find((name) => /^(lib)?onnxruntime\.(so|.*dylib|dll)/.test(name));
    if (file !== undefined) return join(folder, file);
  } catch {}
  throw new UserError(
    `The package onnxruntime-node has no library for ${process.platform} on ${process.arch} where one was expected in ${folder}: use a platform that it supports, or install the packages again on this one.`,
  );
}

function open(path: string): ReturnType<typeof koffi.load> {
  try {
    return koffi.load(path);
  } catch (error) {
    throw new UserError(
      `The library of ONNX Runtime cannot be loaded from ${path} (${(error as Error).message}): install the packages again on this machine.`,
    );
  }
}
