import { describe, expect, it } from 'vitest';
import { leakyRelu } from '../../src/problem/activations/leakyRelu.ts';
import { squared } from '../../src/problem/losses/squared.ts';
import { threeSplitting } from '../../src/splitting/threeSplitting.ts';
import { problemOf } from '../problem/smallProblems.ts';
import { withAlpha } from './cases.ts';

describe('the constants of three-splitting', () => {
  it.each<[alpha: { V: number; U: number; W: number }, gamma: number | number[], a: number]>([
    [{ V: 1, U: 1, W: 1 }, 1, 0.5],
    [{ V: 4, U: 1, W: 3 }, 2, 0.5],
    [{ V: 4, U: 5, W: 3 }, 2, 1],
    [{ V: 0.1, U: 5, W: 3 }, 2, 0.05],
    [{ V: 4, U: 5, W: 0.3 }, 2, 0.15],
    [{ V: 4, U: 5, W: 3 }, [7, 0.2, 9], 0.1],
  ])('(C.4): a = min(alpha, gamma)/2, for %o and %o', (alpha, gamma, a) => {
    expect(
      threeSplitting.descentConstant(problemOf(leakyRelu, squared, { gamma }), withAlpha(alpha), 1),
    ).toBeCloseTo(a, 15);
  });

  it.each<[alpha: number, gamma: number, B: number]>([
    [1, 1, 3],
    [9, 0.1, 0.5],
    [0.1, 2, 0.1],
    [0.1, 2, 0.9],
  ])('(C.17): b = max of five, times the root of 3N, for alpha %d, gamma %d, B %d', (alpha, gamma, B) => {
    const b = Math.max(
      gamma,
      alpha + gamma * B,
      alpha + gamma * 1 * B,
      gamma * B + 2 * gamma * B ** 2,
      2 * gamma * B + gamma * B ** 2,
    );
    const problem = problemOf(leakyRelu, squared, { gamma });
    const constant = threeSplitting.relativeErrorConstant(
      problem,
      withAlpha({ V: alpha, U: alpha, W: alpha }),
      B,
    );
    expect(constant).toBeCloseTo(b * 3, 12);
  });
});
