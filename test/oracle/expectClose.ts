import { expect } from 'vitest';
import type { Tolerance } from '../tolerance.ts';

/** Every element within the tolerance; the message shows the worst one. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { relative, absolute }: Tolerance,
  what = 'value',
): void {
  expect(actual.length, `length of ${what}`).toBe(expected.length);
  let worst = { excess: Number.NEGATIVE_INFINITY, index: 0 };
  for (let i = 0; i < expected.length; i++) {
    const allowed = relative * Math.abs(expected[i]!) + absolute;
    const distance = actual[i] === expected[i] ? 0 : Math.abs(actual[i]! - expected[i]!);
    const excess = Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance - allowed;
    if (excess > worst.excess) worst = { excess, index: i };
  }
  const { excess, index } = worst;
  expect(excess, `${what}[${index}] is ${actual[index]}, expected ${expected[index]}`).toBeLessThanOrEqual(0);
}
