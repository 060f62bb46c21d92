import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/algebra/errors.ts';
import { sizeOf } from '../../src/algebra/tensor.ts';
import { parseIdx } from '../../src/data/idx.ts';
import { complaint, encodeIdx, sentence } from './helpers.ts';

const complain = (...bytes: number[]): string =>
  complaint(() => parseIdx(Uint8Array.from(bytes), 'digits.idx'));

describe('parseIdx', () => {
  it('reads the shape and the bytes', () => {
    const { shape, data } = parseIdx(encodeIdx([2, 3], [1, 2, 3, 4, 5, 255]), 'x');
    expect(shape).toEqual([2, 3]);
    expect([...data]).toEqual([1, 2, 3, 4, 5, 255]);
  });

  it('reads a view that does not start at the start of its buffer', () => {
    const padded = new Uint8Array([9, 9, 9, ...encodeIdx([2], [7, 8])]);
    expect([...parseIdx(padded.subarray(3), 'x').data]).toEqual([7, 8]);
  });

  it('keeps an extent of zero', () => {
    expect(parseIdx(encodeIdx([0, 28, 28], []), 'x').shape).toEqual([0, 28, 28]);
  });

  it.each([
    ['too short', [], /digits\.idx has 0 bytes .* 4 bytes/],
    ['shorter than the magic number', [0], /digits\.idx has 1 byte /],
    ['a wrong magic number', [0x1f, 0x8b, 8, 0], /digits\.idx starts with the bytes 1f 8b .* compressed/],
    ['floats', [0, 0, 0x0d, 1, 0, 0, 0, 0], /float32 numbers .* unsigned bytes/],
    ['an unknown element type', [0, 0, 0x77, 1], /unknown elements \(type 77\)/],
    ['no dimensions', [0, 0, 8, 0], /0 dimensions .* at least 1/],
    ['a truncated header', [0, 0, 8, 3, 0, 0], /6 bytes .* 3 dimensions has 16.* truncated/],
    ['truncated data', [0, 0, 8, 1, 0, 0, 0, 3, 1], /1 byte of data .*\(3\) says 3.* truncated/],
    ['trailing bytes', [0, 0, 8, 1, 0, 0, 0, 1, 1, 2], /2 bytes of data .* says 1.* trailing/],
    ['huge extents', [0, 0, 8, 2, ...Array(8).fill(255)], /4294967295 x 4294967295/],
  ])('refuses %s', (_, bytes, message) => {
    expect(complain(...bytes)).toMatch(message);
  });

  it('parses back whatever is encoded', () => {
    const tensor = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }).chain((shape) => {
      const length = sizeOf(shape);
      return fc.record({
        shape: fc.constant(shape),
        data: fc.uint8Array({ minLength: length, maxLength: length }),
      });
    });
    fc.assert(
      fc.property(tensor, ({ shape, data }) => {
        const parsed = parseIdx(encodeIdx(shape, data), 'x');
        expect(parsed.shape).toEqual(shape);
        expect([...parsed.data]).toEqual([...data]);
      }),
      { numRuns: 200 },
    );
  });

  const nearlyIdx = fc
    .tuple(
      fc.constantFrom([0, 0, 8, 1], [0, 0, 8, 2], [0, 0, 8, 200], [0, 0, 9, 1]),
      fc.array(fc.constantFrom(0, 1, 2, 3, 255), { maxLength: 20 }),
    )
    .map(([magic, rest]) => Uint8Array.from([...magic, ...rest]));

  it.each([
    ['arbitrary bytes', fc.uint8Array()],
    ['bytes that look like IDX', nearlyIdx],
  ])('reads or refuses %s', (_, bytes) => {
    fc.assert(
      fc.property(bytes, (given) => {
        try {
          const { shape, data } = parseIdx(given, 'x');
          expect(data.length).toBe(sizeOf(shape));
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
          sentence(error);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
