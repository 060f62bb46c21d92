import { describe, expect, it } from 'vitest';
import { expectClose } from '../oracle/expectClose.ts';
import { oneSidedSlopes } from '../oracle/oneSidedSlopes.ts';
import { differenceError } from '../tolerance.ts';
import { quarters, rowFunctions } from './rowFunctions.ts';

describe.each(rowFunctions)('the subdifferential of $name', ({ value, subdifferential, finite }) => {
  const x = finite(quarters(5));
  const { lower, upper } = subdifferential(x);

  it('spans the slopes to the left and to the right', () => {
    const { left, right } = oneSidedSlopes(value, x);
    expectClose(
      lower.data,
      left.map((slope, k) => Math.min(slope, right[k]!)),
      differenceError,
      'lower',
    );
    expectClose(
      upper.data,
      left.map((slope, k) => Math.max(slope, right[k]!)),
      differenceError,
      'upper',
    );
  });

  it('is an ordered interval', () => {
    expect(lower.data.every((end, k) => end <= upper.data[k]!)).toBe(true);
  });
});
