import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/algebra/errors.ts';
import { matrix } from '../../../src/algebra/tensor.ts';
import { bitAt, packSigns, requireBits, sliceCodes } from '../../../src/classify/hashing/codes.ts';

const table = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 130 }))
  .chain(([rows, columns]) => {
    const length = rows * columns;
    return fc
      .float32Array({ minLength: length, maxLength: length, noNaN: true })
      .map((data) => matrix(rows, columns, data));
  });

describe('packed signs', () => {
  it('give back every sign, and zeros beyond the last bit', () => {
    fc.assert(
      fc.property(table, (scores) => {
        const codes = packSigns(scores);
        const [count, bits] = scores.shape;
        expect(codes).toMatchObject({ bits, count });
        for (let i = 0; i < count; i++)
          for (let k = 0; k < 32 * Math.ceil(bits / 32); k++)
            expect(bitAt(codes, i, k)).toBe(k < bits && scores.data[i * bits + k]! > 0 ? 1 : 0);
      }),
      { seed: 1 },
    );
  });

  it('compare with thresholds, and call equality 0', () => {
    const codes = packSigns(matrix(1, 3, Float32Array.of(1, 2, 3)), [2, 2, 2]);
    expect([0, 1, 2].map((k) => bitAt(codes, 0, k))).toEqual([0, 0, 1]);
  });

  it('are cut into slices', () => {
    const codes = packSigns(
      matrix(
        3,
        33,
        Float32Array.from({ length: 99 }, (_, i) => (i % 7) - 3),
      ),
    );
    const [middle] = [sliceCodes(codes, 1, 2)];
    expect(middle.count).toBe(1);
    for (let k = 0; k < 33; k++) expect(bitAt(middle, 0, k)).toBe(bitAt(codes, 1, k));
  });
});

it.each([15, 129, 20.5, Number.NaN])('refuses codes of %s bits', (bits) => {
  expect(() => requireBits(bits)).toThrow(UserError);
  expect(() => requireBits(bits)).toThrow(
    /code is \S+ bits where a whole number from 16 to 128 was expected/,
  );
});
