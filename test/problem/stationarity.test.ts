import { describe, it } from 'vitest';
import type { Tensor } from '../../src/algebra/tensor.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { objectiveTerms } from '../../src/problem/objective.ts';
import { layers } from '../../src/problem/problem.ts';
import {
  preactivationDistance,
  stateDistance,
  weightDistance,
  weightGradientSums,
} from '../../src/problem/stationarity.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { differenceError, differenceStep } from '../tolerance.ts';
import { combinations, objectives, problemOf, randomVariables } from './smallProblems.ts';

/**
 * dist(0, ∂L)² by difference quotients of the objective: along each coordinate the slopes to the left and to the right
 * span an interval, whose distance from 0 counts.
 */
const cases = objectives.flatMap(({ name, options }) =>
  combinations.map((one) => ({ ...one, name: `${name}, ${one.name}`, options })),
);

describe.each(cases)('the distance to stationarity of $name', ({ activation, loss, options }) => {
  const problem = problemOf(activation, loss, {
    ...options,
    gamma: [0.5, 2, 1.3, 0.9].slice(0, (options.widths?.length ?? 4) - 1),
    weights: ['squaredL2', 0.3],
    states: ['squaredL2', 0.2],
  });
  const n = 4;
  const x = randomVariables(problem, n, 17);
  const terms = objectiveTerms(problem);

  function objective(at: Readonly<Record<string, Tensor>>): number {
    return total(terms.flatMap((term) => [...term.value(o, at).data]));
  }

  /** Squared distance of 0 to the slopes, by coordinate of a variable. */
  function squares(name: string): number[] {
    const { shape, data } = x[name]!;
    const slope = (k: number, h: number): number => {
      const moved = data.slice();
      moved[k]! += h;
      return (objective({ ...x, [name]: { shape, data: moved } }) - objective(x)) / h;
    };
    return [...data.keys()].map((k) => {
      const [left, right] = [slope(k, -differenceStep), slope(k, differenceStep)];
      return Math.max(0, Math.min(left, right), -Math.max(left, right)) ** 2;
    });
  }

  function rowSums(values: number[], rows: number): number[] {
    const width = values.length / rows;
    return Array.from({ length: rows }, (_, i) => total(values.slice(i * width, (i + 1) * width)));
  }

  it.each(layers(problem))('is that of difference quotients in layer %d', (i) => {
    expectClose(stateDistance(o, x, problem, i).data, rowSums(squares(`V${i}`), n), differenceError, `V${i}`);
    if (`U${i}` in x)
      expectClose(
        preactivationDistance(o, x, problem, i).data,
        rowSums(squares(`U${i}`), n),
        differenceError,
        `U${i}`,
      );
    const { W, b } = weightGradientSums(o, x, problem, i);
    const width = problem.widths[i]!;
    const [ofW, ofB] = [rowSums(squares(`W${i}`), width), squares(`b${i}`)];
    expectClose(
      weightDistance(o, { W: x[`W${i}`]!, sumsW: W, sumsB: b }, problem, i).data,
      ofW.map((value, k) => value + ofB[k]!),
      differenceError,
      `W${i}`,
    );
  });
});

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
