import { describe, expect, it } from 'vitest';
import type { Problem, Weighted } from '../../src/problem/problem.ts';
import { none } from '../../src/problem/regularizers/none.ts';
import { methods } from '../../src/splitting/index.ts';
import { problemOf } from '../problem/smallProblems.ts';
import { methodCases, ones } from './cases.ts';

const crooked: Weighted = {
  term: { ...none, name: 'crooked', properties: { ...none.properties, curvature: undefined } },
  weight: 1,
};

describe.each(methods)('$name', (method) => {
  it('accepts some activation and loss', () => {
    expect(methodCases.filter((one) => one.method === method)).not.toHaveLength(0);
  });
});

describe('threeSplitting', () => {
  const { method, activation, loss } = methodCases.find((one) => one.method.name === 'threeSplitting')!;
  const problem = problemOf(activation, loss);

  it.each([
    ['weights', { ...problem, weightRegularizer: crooked }],
    ['states', { ...problem, stateRegularizer: crooked }],
  ] as [string, Problem][])('names itself and a regularizer on %s that it cannot honour', (role, refused) => {
    expect(method.refuse(refused, ones)).toMatch(new RegExp(`^threeSplitting .* crooked on ${role}: .*\\.$`));
  });
});
