import { describe, expect, it } from 'vitest';
import { chunksOf, type Samples } from '../../src/algebra/samples.ts';
import { matrix, type Tensor, vector } from '../../src/algebra/tensor.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { activations } from '../../src/problem/activations/index.ts';
import { losses } from '../../src/problem/losses/index.ts';
import { layers, type Problem, stateNames } from '../../src/problem/problem.ts';
import {
  preactivationDistance,
  stateDistance,
  weightDistance,
  weightGradientSums,
} from '../../src/problem/stationarity.ts';
import type { State } from '../../src/splitting/descent.ts';
import { blockMethods as methods } from '../../src/splitting/index.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { problemOf } from '../problem/smallProblems.ts';
import { closedForm } from '../tolerance.ts';
import { descend, forwardState, methodCases, ones, posed, totalOf, valuesOf } from './cases.ts';

describe.each(methodCases)('the distance to stationarity of $name', (one) => {
  const { method } = one;
  const problem = posed(one, { weights: ['squaredL2', 0.1], states: ['squaredL2', 0.1] });

  it('is measured chunk by chunk, within the bound of Lemma 8, and falls', async () => {
    const state = await forwardState(referenceEngine(), problem);
    const descent = await descend(referenceEngine(), problem, method.blocks(problem, ones), state);
    const distances: number[] = [];
    let before = valuesOf(state);
    for (let k = 0; k < 31; k++) {
      const { movement } = await descent.sweep();
      const after = valuesOf(state);
      const { distances: measured, size } = await descent.stationarity();
      expectClose([size], [sizeOf(after)], closedForm, 'size');
      expect(Object.keys(measured).sort()).toEqual(Object.keys(movement).sort());
      if (k % 10 === 0)
        for (const [name, value] of Object.entries(directDistances(problem, after)))
          expectClose([measured[name]!], [value], closedForm, name);
      const constant = method.relativeErrorConstant(problem, ones, boundOf(before, after));
      distances.push(Math.sqrt(totalOf(measured)));
      if (constant !== undefined)
        expect(distances[k], `sweep ${k + 1}`).toBeLessThanOrEqual(constant * Math.sqrt(totalOf(movement)));
      before = after;
    }
    // A polynomial grows without bound, and so do the residuals along the way.
    if (one.activation.name !== 'polynomial')
      expect(distances.at(-1)).toBeLessThan(0.5 * Math.max(...distances));
  });
});

describe('the bound of Lemma 8', () => {
  it('needs a B that bounds the data too', async () => {
    const activation = activations.find(({ name }) => name === 'identity')!;
    const loss = losses.find(({ name }) => name === 'hinge')!;
    const method = methods.find(({ name }) => name === 'threeSplitting')!;
    // A point where all terms but r(W) vanish: only a small W moves, but W X moves by as much as U is long.
    const x = 255;
    const problem = problemOf(activation, loss, { widths: [1, 1], weights: ['squaredL2', 1000] });
    const pair = (value: number): Samples => ({ width: 1, chunks: [Float64Array.of(value, -value)] });
    const state: State = {
      chunks: chunksOf(2, 2),
      samples: { V0: pair(x), Y: pair(1), U1: pair(2), V1: pair(2) },
      weights: [{ W: matrix(1, 1, Float64Array.of(2 / x)), b: vector(Float64Array.of(0)) }],
    };
    const before = valuesOf(state);
    const descent = await descend(referenceEngine(), problem, method.blocks(problem, ones), state);
    const moved = Math.sqrt(totalOf((await descent.sweep()).movement));
    const distance = Math.sqrt(totalOf((await descent.stationarity()).distances));
    const after = valuesOf(state);
    const bound = (B: number): number => method.relativeErrorConstant(problem, ones, B)! * moved;
    expect(distance).toBeGreaterThan(bound(Math.sqrt(Math.max(squaredNorm(before), squaredNorm(after)))));
    expect(distance).toBeLessThanOrEqual(bound(boundOf(before, after)));
  });
});

type Values = Readonly<Record<string, Tensor>>;

/** ‖P‖² over all blocks; the data do not count. */
function squaredNorm(values: Values): number {
  const blocks = Object.entries(values).filter(([name]) => name !== 'V0' && name !== 'Y');
  return blocks.reduce((sum, [, tensor]) => sum + squares(tensor), 0);
}

/**
 * B of Lemma 8. Its proof multiplies differences of W by V_{i−1} ‒ by the data where i = 1, and by a column of ones
 * where a bias is part of W.
 */
function boundOf(before: Values, after: Values): number {
  return Math.max(sizeOf(before), sizeOf(after));
}

function sizeOf(values: Values): number {
  const X = values.V0!;
  return Math.sqrt(Math.max(squaredNorm(values), squares(X)) + X.shape[0]!);
}

function squares({ data }: Tensor): number {
  return [...data].reduce((sum, value) => sum + value ** 2, 0);
}

function directDistances(problem: Problem, x: Readonly<Record<string, Tensor>>): Record<string, number> {
  const sum = ({ data }: Tensor): number => [...data].reduce((total, value) => total + value, 0);
  return Object.fromEntries([
    ...stateNames(problem).map((name) => {
      const distance = name.startsWith('V') ? stateDistance : preactivationDistance;
      return [name, sum(distance(o, x, problem, Number(name.slice(1))))];
    }),
    ...layers(problem).map((i) => {
      const { W, b } = weightGradientSums(o, x, problem, i);
      return [`W${i}`, sum(weightDistance(o, { W: x[`W${i}`]!, sumsW: W, sumsB: b }, problem, i))];
    }),
  ]);
}
