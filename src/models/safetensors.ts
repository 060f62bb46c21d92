import { z } from 'zod';
import { UserError } from '../algebra/errors.ts';
import { type Floats, sizeOf } from '../algebra/tensor.ts';

/**
 * The safetensors format: eight bytes with the length of a JSON header (little-endian), the header, then the numbers.
 * Each entry tells type, shape and offsets; `__metadata__` holds strings. Any reader of that format opens a checkpoint.
 */
export interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  /** Consecutive parts of the row-major numbers, so that a large tensor need not be in one array. */
  readonly parts: readonly Numbers[];
}

/** Types of numbers, by the name that the format has for them. */
export type Numbers = Floats | Uint8Array | Uint32Array;
const bytesOf = { F32: 4, F64: 8, U8: 1, U32: 4 } as const;
export type DataType = keyof typeof bytesOf;

function dataTypeOf(numbers: Numbers | undefined): DataType {
  if (numbers instanceof Float64Array) return 'F64';
  if (numbers instanceof Uint8Array) return 'U8';
  return numbers instanceof Uint32Array ? 'U32' : 'F32';
}

/** The file in pieces, in order; nothing is copied. */
export function* encodeSafetensors(
  entries: readonly Entry[],
  metadata: Readonly<Record<string, string>>,
): Generator<Uint8Array> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const { name, shape, parts } of entries) {
    const bytes = parts.reduce((total, part) => total + part.byteLength, 0);
    header[name] = {
      dtype: dataTypeOf(parts[0]),
      shape,
      data_offsets: [offset, offset + bytes],
    };
    offset += bytes;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Numbers begin at a multiple of eight, so that they can be viewed where they lie.
  const padded = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(0x20);
  padded.set(json);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(padded.length), true);
  yield length;
  yield padded;
  for (const { parts } of entries)
    for (const part of parts) yield new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
}

const extent = z.int().nonnegative();
const tensorSchema = z
  .object({
    dtype: z.enum(['F32', 'F64', 'U8', 'U32']),
    shape: z.array(extent),
    data_offsets: z.tuple([extent, extent]),
  })
  .refine(({ dtype, shape, data_offsets: [start, end] }) => end - start === sizeOf(shape) * bytesOf[dtype]);
const headerSchema = z
  .object({ __metadata__: z.record(z.string(), z.string()).default({}) })
  .catchall(tensorSchema);

export interface Header {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<
    string,
    {
      readonly dtype: DataType;
      readonly shape: readonly number[];
      readonly start: number;
      readonly end: number;
    }
  >;
  /** Bytes of the whole file that the header promises. */
  readonly size: number;
}

/** Bytes of the header that follow the first eight. */
export function headerLength(first: Uint8Array, where: string): number {
  const length = first.length === 8 ? new DataView(first.buffer, first.byteOffset).getBigUint64(0, true) : 0n;
  if (length < 2n || length > 100_000_000n)
    throw new UserError(
      `${where} is not a checkpoint: its first eight bytes give no sensible header length.`,
    );
  return Number(length);
}

export function parseHeader(bytes: Uint8Array, where: string): Header {
  try {
    const { __metadata__: metadata, ...tensors } = headerSchema.parse(
      JSON.parse(new TextDecoder().decode(bytes)),
    );
    const base = 8 + bytes.length;
    const entries = Object.entries(tensors).map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [start, end],
        },
      ]) => [name, { dtype, shape, start: base + start, end: base + end }] as const,
    );
    return {
      metadata,
      tensors: new Map(entries),
      size: Math.max(base, ...entries.map(([, { end }]) => end)),
    };
  } catch {
    throw new UserError(`${where} is not a checkpoint: its header cannot be read.`);
  }
}
