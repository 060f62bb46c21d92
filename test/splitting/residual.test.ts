import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../src/algebra/tensor.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { layers, type Problem } from '../../src/problem/problem.ts';
import {
  preactivationDistance,
  stateDistance,
  weightDistance,
  weightGradientSums,
} from '../../src/problem/stationarity.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { problemOf } from '../problem/smallProblems.ts';
import { closedForm } from '../tolerance.ts';
import { descend, forwardState, methodCases, ones, totalOf, valuesOf } from './cases.ts';

describe.each(methodCases)('the distance to stationarity of $name', ({ method, activation, loss }) => {
  const problem = problemOf(activation, loss, { weights: ['squaredL2', 0.1], states: ['squaredL2', 0.1] });

  it('is measured chunk by chunk, within the bound of Lemma 8, and falls', async () => {
    const state = await forwardState(referenceEngine(), problem);
    const descent = await descend(referenceEngine(), problem, method.blocks(problem, ones), state);
    const distances: number[] = [];
    let norm = normOf(valuesOf(state));
    for (let k = 0; k < 60; k++) {
      const { movement } = await descent.sweep();
      const values = valuesOf(state);
      const measured = await descent.distances();
      expect(Object.keys(measured).sort()).toEqual(Object.keys(movement).sort());
      const direct = directDistances(problem, values);
      for (const [name, value] of Object.entries(direct))
        expectClose([measured[name]!], [value], closedForm, name);

      const before = norm;
      norm = normOf(values);
      const bound =
        method.relativeErrorConstant(problem, ones, Math.max(before, norm)) * Math.sqrt(totalOf(movement));
      distances.push(Math.sqrt(totalOf(measured)));
      expect(distances[k], `sweep ${k + 1}`).toBeLessThanOrEqual(bound);
    }
    expect(distances.at(-1)).toBeLessThan(0.5 * Math.max(...distances));
  });
});

/** ‖P‖ over all blocks; the data do not count. */
function normOf(values: Readonly<Record<string, Tensor>>): number {
  const squares = Object.entries(values)
    .filter(([name]) => name !== 'V0' && name !== 'Y')
    .flatMap(([, { data }]) => [...data].map((value) => value ** 2));
  return Math.sqrt(squares.reduce((sum, value) => sum + value, 0));
}

function directDistances(problem: Problem, x: Readonly<Record<string, Tensor>>): Record<string, number> {
  const sum = ({ data }: Tensor): number => [...data].reduce((total, value) => total + value, 0);
  return Object.fromEntries(
    layers(problem).flatMap((i) => {
      const { W, b } = weightGradientSums(o, x, i);
      return [
        [`V${i}`, sum(stateDistance(o, x, problem, i))],
        [`U${i}`, sum(preactivationDistance(o, x, problem, i))],
        [`W${i}`, sum(weightDistance(o, { W: x[`W${i}`]!, sumsW: W, sumsB: b }, problem, i))],
      ];
    }),
  );
}
