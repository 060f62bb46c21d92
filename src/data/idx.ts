import { UserError } from '../algebra/errors.ts';
import { sizeOf } from '../algebra/tensor.ts';
import { counted } from './wording.ts';

export interface Idx {
  readonly shape: readonly number[];
  /** A view on the bytes that were parsed. */
  readonly data: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;
const OTHER_ELEMENTS: Readonly<Record<number, string>> = {
  9: 'signed bytes',
  11: '16-bit integers',
  12: '32-bit integers',
  13: 'float32 numbers',
  14: 'float64 numbers',
};

/** Reads the IDX format of unsigned bytes, in which MNIST is published. */
export function parseIdx(bytes: Uint8Array, where: string): Idx {
  const [first, second, element, rank] = bytes;
  if (first === undefined || second === undefined || element === undefined || rank === undefined)
    throw new UserError(
      `${where} has ${counted(bytes.length, 'byte')} where an IDX file starts with 4 bytes of magic number: check that it is the right file and complete`,
    );
  if (first !== 0 || second !== 0)
    throw new UserError(
      `${where} starts with the bytes ${hex(first)} ${hex(second)} where an IDX file starts with 00 00: check that it is the right file and not compressed`,
    );
  if (element !== UNSIGNED_BYTE)
    throw new UserError(
      `${where} is an IDX file of ${OTHER_ELEMENTS[element] ?? `unknown elements (type ${hex(element)})`} where unsigned bytes (type 08) were expected: convert it to unsigned bytes`,
    );
  if (rank === 0)
    throw new UserError(
      `${where} is an IDX file with 0 dimensions where at least 1 was expected: check that it is the right file`,
    );

  const header = 4 + 4 * rank;
  if (bytes.length < header)
    throw new UserError(
      `${where} has ${bytes.length} bytes where the header alone of an IDX file with ${counted(rank, 'dimension')} has ${header}: the file is truncated, fetch it again`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, header);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const expected = sizeOf(shape);
  const given = bytes.length - header;
  if (given !== expected)
    throw new UserError(
      `${where} has ${counted(given, 'byte')} of data where its header (${shape.join(' x ')}) says ${expected}: the file ${given < expected ? 'is truncated' : 'has trailing bytes'}, fetch it again`,
    );
  return { shape, data: bytes.subarray(header) };
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
