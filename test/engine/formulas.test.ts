import { afterAll, describe, it } from 'vitest';
import type { Expression } from '../../src/algebra/engine.ts';
import { objectiveTerms } from '../../src/problem/objective.ts';
import { layers, type Problem, shapeOf } from '../../src/problem/problem.ts';
import {
  preactivationDistance,
  stateDistance,
  weightDistance,
  weightGradientSums,
} from '../../src/problem/stationarity.ts';
import { combinations, problemOf, randomVariables } from '../problem/smallProblems.ts';
import { expectAgreement } from './evaluate.ts';
import { onnx, precisions } from './onnxEngines.ts';

/** All that is ever measured of a problem: the terms of its objective and of its stationarity. */
function measurements(name: string, problem: Problem): Expression {
  const names = ['V0', 'Y', ...layers(problem).flatMap((i) => [`V${i}`, `U${i}`, `W${i}`, `b${i}`])];
  return {
    name,
    inputs: Object.fromEntries(names.map((variable) => [variable, shapeOf(problem, variable)])),
    build(o, x) {
      const out: Record<string, (typeof x)[string]> = {};
      for (const term of objectiveTerms(problem)) out[`term ${term.name}`] = term.value(o, x);
      for (const i of layers(problem)) {
        out[`distance of V${i}`] = stateDistance(o, x, problem, i);
        out[`distance of U${i}`] = preactivationDistance(o, x, problem, i);
        const { W, b } = weightGradientSums(o, x, i);
        out[`sums of W${i}`] = W;
        out[`sums of b${i}`] = b;
        out[`distance of W${i}`] = weightDistance(o, { W: x[`W${i}`]!, sumsW: W, sumsB: b }, problem, i);
      }
      return out;
    },
  };
}

describe.each(precisions)('every formula in %s ONNX gives what the reference gives', (precision) => {
  const engine = onnx(precision);
  afterAll(() => engine.dispose());

  it.each(combinations)('$name', async ({ name, activation, loss }) => {
    const problem = problemOf(activation, loss, {
      gamma: [0.5, 2, 1.3],
      weights: ['squaredL2', 0.3],
      states: ['squaredL2', 0.2],
    });
    const n = 9;
    await expectAgreement(engine, measurements(name, problem), randomVariables(problem, n, 31), n);
  });
});
