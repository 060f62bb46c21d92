import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/algebra/errors.ts';
import type { Floats } from '../../src/algebra/tensor.ts';
import {
  type Entry,
  encodeSafetensors,
  type Header,
  headerLength,
  parseHeader,
} from '../../src/models/safetensors.ts';

function fileOf(entries: readonly Entry[], metadata: Readonly<Record<string, string>>): Uint8Array {
  return Uint8Array.from([...encodeSafetensors(entries, metadata)].flatMap((piece) => [...piece]));
}

function headerOf(file: Uint8Array): Header {
  const length = headerLength(file.subarray(0, 8), 'file');
  return parseHeader(file.subarray(8, 8 + length), 'file');
}

const numbers = fc.oneof(
  fc.float32Array({ maxLength: 6 }).map((data): Floats => data),
  fc.float64Array({ maxLength: 6 }).map((data): Floats => data),
);
/** A tensor in up to three parts of one type. */
const entry = fc
  .tuple(numbers, fc.nat(2))
  .map(([data, more]) => Array.from({ length: more + 1 }, () => data))
  .map((parts) => ({ parts, shape: [parts.length, parts[0]!.length] }));
const name = fc.string({ minLength: 1 }).filter((text) => text !== '__metadata__' && text !== '__proto__');
const file = fc.record({
  entries: fc
    .uniqueArray(fc.tuple(name, entry), { selector: ([key]) => key, maxLength: 5 })
    .map((list) => list.map(([key, value]): Entry => ({ name: key, ...value }))),
  metadata: fc.dictionary(name, fc.string()),
});

describe('a safetensors file', () => {
  it('gives back what was written, bit by bit', () => {
    fc.assert(
      fc.property(file, ({ entries, metadata }) => {
        const bytes = fileOf(entries, metadata);
        const header = headerOf(bytes);
        expect(header.size).toBe(bytes.length);
        expect({ ...header.metadata }).toEqual({ ...metadata });
        expect([...header.tensors.keys()].sort()).toEqual(entries.map((one) => one.name).sort());
        for (const { name: key, shape, parts } of entries) {
          const found = header.tensors.get(key)!;
          expect(found.shape).toEqual(shape);
          expect(found.dtype).toBe(parts[0] instanceof Float64Array ? 'F64' : 'F32');
          const written = parts.flatMap((p) => [...new Uint8Array(p.buffer, p.byteOffset, p.byteLength)]);
          expect([...bytes.subarray(found.start, found.end)]).toEqual(written);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('is what the published format says: length, JSON, numbers from a multiple of eight', () => {
    const bytes = fileOf([{ name: 'W', shape: [2], parts: [Float32Array.of(1, -2)] }], { by: 'ashlar' });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      __metadata__: { by: 'ashlar' },
      W: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
    });
    expect([...new Float32Array(bytes.slice(8 + length).buffer)]).toEqual([1, -2]);
  });

  it('writes parts that are views as no more than what they show', () => {
    const whole = Float64Array.of(1, 2, 3, 4);
    const bytes = fileOf([{ name: 'V', shape: [2], parts: [whole.subarray(1, 2), whole.subarray(3)] }], {});
    expect([...new Float64Array(bytes.slice(-16).buffer)]).toEqual([2, 4]);
  });
});

/** The sentence of a UserError, or `none`; any other error is a failure. */
function complaint(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return 'none';
}

const headerOfJson = (value: unknown) => (): Header =>
  parseHeader(new TextEncoder().encode(JSON.stringify(value)), 'run/c.safetensors');

describe('what is no safetensors header', () => {
  const unreadable = 'run/c.safetensors is not a checkpoint: its header cannot be read.';
  const tensor = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };

  it.each([
    ['nothing', null],
    ['a number', 4],
    ['a tensor that is null', { W: null }],
    ['another type', { W: { ...tensor, dtype: 'BF16' } }],
    ['no offsets', { W: { ...tensor, data_offsets: undefined } }],
    ['offsets that run backwards', { W: { ...tensor, data_offsets: [4, 0] } }],
    ['offsets that are words', { W: { ...tensor, data_offsets: ['0', '4'] } }],
    ['offsets below zero', { W: { ...tensor, data_offsets: [-8, 4] } }],
    ['offsets that are no whole numbers', { W: { ...tensor, data_offsets: [0.5, 4.5] } }],
    ['a shape of another size than its bytes', { W: { ...tensor, shape: [2] } }],
    ['no shape', { W: { ...tensor, shape: undefined } }],
  ])('is refused: %s', (_, value) => {
    expect(complaint(headerOfJson(value))).toBe(unreadable);
  });

  it('is not mistaken for one that is right', () => {
    expect(complaint(headerOfJson({ W: tensor }))).toBe('none');
  });

  it('is refused for any bytes that are not JSON', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(complaint(() => parseHeader(bytes, 'run/c.safetensors'))).toBe(unreadable);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it('is read or refused for any JSON', () => {
    const anything = fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue()));
    fc.assert(
      fc.property(anything, (value) => {
        expect(['none', unreadable]).toContain(complaint(headerOfJson(value)));
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});

describe('the length of the header', () => {
  it('is refused, or a number of bytes that can be read at once', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        let length = 2;
        const said = complaint(() => {
          length = headerLength(bytes, 'run/c.safetensors');
        });
        if (said !== 'none') expect(said).toMatch(/^run\/c\.safetensors is not a checkpoint: .*\.$/);
        expect(length).toBeGreaterThanOrEqual(2);
        expect(length).toBeLessThanOrEqual(100_000_000);
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  it('is read from its eight bytes, the lowest first', () => {
    expect(headerLength(Uint8Array.of(0x10, 0x02, 0, 0, 0, 0, 0, 0), 'file')).toBe(0x210);
  });

  it.each([
    ['no bytes', []],
    ['seven bytes', [16, 0, 0, 0, 0, 0, 0]],
    ['a length of 1', [1, 0, 0, 0, 0, 0, 0, 0]],
    ['a length of 2^56', [0, 0, 0, 0, 0, 0, 0, 1]],
  ])('is refused for %s', (_, bytes) => {
    expect(complaint(() => headerLength(Uint8Array.from(bytes), 'file'))).toContain('no sensible header');
  });
});
