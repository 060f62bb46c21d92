import { afterAll, describe, it } from 'vitest';
import type { Expression } from '../../src/algebra/engine.ts';
import { objectiveTerms } from '../../src/problem/objective.ts';
import { layers, type Problem, shapeOf, stateNames } from '../../src/problem/problem.ts';
import {
  preactivationDistance,
  stateDistance,
  weightDistance,
  weightGradientSums,
} from '../../src/problem/stationarity.ts';
import { combinations, objectives, problemOf, randomVariables } from '../problem/smallProblems.ts';
import { expectAgreement } from './evaluate.ts';
import { onnx, precisions } from './onnxEngines.ts';

/** All that is ever measured of a problem: the terms of its objective and of its stationarity. */
function measurements(name: string, problem: Problem): Expression {
  const states = stateNames(problem);
  const names = ['V0', 'Y', ...states, ...layers(problem).flatMap((i) => [`W${i}`, `b${i}`])];
  return {
    name,
    inputs: Object.fromEntries(names.map((variable) => [variable, shapeOf(problem, variable)])),
    build(o, x) {
      const out: Record<string, (typeof x)[string]> = {};
      for (const term of objectiveTerms(problem)) out[`term ${term.name}`] = term.value(o, x);
      for (const name of states) {
        const distance = name.startsWith('V') ? stateDistance : preactivationDistance;
        out[`distance of ${name}`] = distance(o, x, problem, Number(name.slice(1)));
      }
      for (const i of layers(problem)) {
        const { W, b } = weightGradientSums(o, x, problem, i);
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

  const cases = objectives.flatMap(({ name, options }) =>
    combinations.map((one) => ({ ...one, name: `${name}, ${one.name}`, options })),
  );

  it.each(cases)('$name', async ({ name, activation, loss, options }) => {
    const problem = problemOf(activation, loss, {
      ...options,
      gamma: [0.5, 2, 1.3, 0.9].slice(0, (options.widths?.length ?? 4) - 1),
      weights: ['squaredL2', 0.3],
      states: ['squaredL2', 0.2],
    });
    const n = 9;
    await expectAgreement(engine, measurements(name, problem), randomVariables(problem, n, 31), n);
  });
});
