import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../src/algebra/tensor.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { objectiveTerms } from '../../src/problem/objective.ts';
import type { Problem } from '../../src/problem/problem.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { closedForm } from '../tolerance.ts';
import { combinations, problemOf, randomVariables } from './smallProblems.ts';

const [gamma, lambda, kappa] = [[0.5, 2, 1.3], 0.3, 0.2];

/** ZLLY (2.5) with scalar loops, one sample after another; the regularizers are halves of squares. */
function plainObjective(problem: Problem, x: Readonly<Record<string, Tensor>>, n: number): number {
  const { widths, activations, loss } = problem;
  const N = widths.length - 1;
  const row = (name: string, width: number, j: number): number[] => [
    ...x[name]!.data.subarray(j * width, (j + 1) * width),
  ];
  const wrap = (values: number[]): Tensor => ({ shape: [1, values.length], data: Float64Array.from(values) });
  const squares = (values: ArrayLike<number>): number =>
    Array.from(values).reduce((total, value) => total + value ** 2, 0);
  let total = 0;
  for (let j = 0; j < n; j++) {
    total += loss.value(o, wrap(row(`V${N}`, widths[N]!, j)), wrap(row('Y', widths[N]!, j))).data[0]!;
    for (let i = 1; i <= N; i++) {
      const [u, v, below] = [
        row(`U${i}`, widths[i]!, j),
        row(`V${i}`, widths[i]!, j),
        row(`V${i - 1}`, widths[i - 1]!, j),
      ];
      const sigma = activations[i - 1]!.value(o, wrap(u)).data;
      const linear = u.map(
        (value, k) =>
          value -
          x[`b${i}`]!.data[k]! -
          row(`W${i}`, widths[i - 1]!, k).reduce((sum, w, m) => sum + w * below[m]!, 0),
      );
      total += (gamma[i - 1]! / 2) * (squares(v.map((value, k) => value - sigma[k]!)) + squares(linear));
      if (i < N) total += (kappa / 2) * squares(v);
    }
  }
  for (let i = 1; i <= N; i++) total += (lambda / 2) * squares(x[`W${i}`]!.data);
  return total;
}

describe.each(combinations)('the objective of $name', ({ activation, loss }) => {
  const problem = problemOf(activation, loss, {
    gamma,
    weights: ['squaredL2', lambda],
    states: ['squaredL2', kappa],
  });
  const n = 6;
  const x = randomVariables(problem, n, 12);

  it('is the sum of its terms', () => {
    const terms = objectiveTerms(problem).flatMap((term) => [...term.value(o, x).data]);
    const total = terms.reduce((sum, value) => sum + value, 0);
    expectClose([total], [plainObjective(problem, x, n)], closedForm);
  });

  it.each(objectiveTerms(problem))(
    '$name depends on its variables and on no other',
    ({ variables, value }) => {
      const before = [...value(o, x).data];
      // Elements move by different amounts: softmax does not see what all outputs have in common.
      for (const name of Object.keys(x)) {
        const moved = {
          ...x[name]!,
          data: x[name]!.data.map((number, k) => number + 0.5 + k / 8) as Float64Array,
        };
        const changed = `${[...value(o, { ...x, [name]: moved }).data]}` !== `${before}`;
        // The data never change: terms need not list them.
        if (name !== 'V0') expect(changed, name).toBe(variables.includes(name));
      }
    },
  );

  it('names its terms once', () => {
    const names = objectiveTerms(problem).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
