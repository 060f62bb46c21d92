import type { Engine, Expression, Program } from '../algebra/engine.ts';
import { type CompiledPass, compilePass, type Sums } from '../algebra/pass.ts';
import { toPrecision, vector } from '../algebra/tensor.ts';
import type { LayerWeights } from '../models/network.ts';
import type { ObjectiveTerm } from '../problem/objective.ts';
import { isPerSample, type Problem, shapesOf } from '../problem/problem.ts';
import { termSum } from './schedule.ts';

/** Values of the terms of the objective. */
export interface ObjectiveMeter {
  /** One term, from the sums of a pass that measured it; a term of weights alone is computed here. */
  termValue(term: ObjectiveTerm, sums: Sums, weights: readonly LayerWeights[]): Promise<number>;
  /** All terms at the present state, by a pass of their own. */
  measure(weights: readonly LayerWeights[]): Promise<Readonly<Record<string, number>>>;
}

export function objectiveMeter(
  engine: Engine,
  problem: Problem,
  terms: readonly ObjectiveTerm[],
  run: (pass: CompiledPass) => Promise<Sums>,
): ObjectiveMeter {
  const sampled = terms.filter(({ variables }) => variables.some(isPerSample));
  const weightTerm = weightTermMeter(engine, problem);
  let pass: CompiledPass | undefined;

  async function termValue(
    term: ObjectiveTerm,
    sums: Sums,
    weights: readonly LayerWeights[],
  ): Promise<number> {
    return sums[termSum(term.name)]?.[0] ?? weightTerm(term, weights);
  }

  async function measure(weights: readonly LayerWeights[]): Promise<Readonly<Record<string, number>>> {
    const reads = [...new Set(sampled.flatMap(({ variables }) => variables))];
    pass ??= await compilePass(engine, {
      samples: reads.filter(isPerSample),
      updates: {},
      expression: {
        name: 'objective',
        inputs: shapesOf(problem, reads),
        build: (o, x) => Object.fromEntries(sampled.map((term) => [termSum(term.name), term.value(o, x)])),
      },
    });
    const sums = await run(pass);
    const values: Record<string, number> = {};
    for (const term of terms) values[term.name] = await termValue(term, sums, weights);
    return values;
  }

  return { termValue, measure };
}

/** Computes terms of weights alone, such as r(W1), in float64. */
export function weightTermMeter(
  engine: Engine,
  problem: Problem,
): (term: ObjectiveTerm, weights: readonly LayerWeights[]) => Promise<number> {
  const programs = new Map<string, Program>();
  return async ({ name, variables, value }, weights) => {
    const variable = variables[0]!;
    const expression: Expression = {
      name,
      inputs: shapesOf(problem, variables),
      build: (o, x) => ({ rows: value(o, x) }),
    };
    const program = programs.get(name) ?? (await engine.compile(expression, 'float64'));
    programs.set(name, program);
    const { W } = weights[Number(variable.slice(1)) - 1]!;
    const rows = new Float64Array(W.shape[0]);
    await program.run({ [variable]: toPrecision(W, 'float64') }, { rows: vector(rows) });
    return rows.reduce((total, row) => total + row, 0);
  };
}
