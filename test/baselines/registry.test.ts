import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { baselines } from '../../src/baselines/index.ts';
import { initialisations } from '../../src/models/initialise.ts';
import { relu } from '../../src/problem/activations/relu.ts';
import { losses } from '../../src/problem/losses/index.ts';
import { squared } from '../../src/problem/losses/squared.ts';
import { isQuadratic } from '../../src/problem/problem.ts';
import { regularizers } from '../../src/problem/regularizers/index.ts';
import { combinations, type ProblemOptions, problemOf } from '../problem/smallProblems.ts';
import { batchSettings } from './batches.ts';

describe('the registry of baselines', () => {
  it('holds what the files of the folder define, under the names of the files', async () => {
    const found: string[] = [];
    for (const file of readdirSync(new URL('../../src/baselines', import.meta.url))) {
      if (file === 'index.ts') continue;
      const module: Record<string, unknown> = await import(/* @vite-ignore */ `../../src/baselines/${file}`);
      for (const value of Object.values(module))
        if (typeof value === 'object' && value !== null && 'step' in value) {
          expect(value).toMatchObject({ kind: 'batches', name: basename(file, '.ts') });
          found.push(basename(file, '.ts'));
        }
    }
    expect(new Set(baselines.map(({ name }) => name))).toEqual(new Set(found));
    expect(baselines).toHaveLength(found.length);
  });

  it('is that of the solvers that the papers compare with', () => {
    expect(new Set(baselines.map(({ name }) => name))).toEqual(
      new Set(['sgd', 'nesterov', 'adaGrad', 'adaDelta', 'rmsProp', 'adam']),
    );
  });
});

describe.each(baselines)('$name', (method) => {
  const settings = batchSettings(5, 20);
  const refusal = (options: ProblemOptions): string | undefined =>
    method.refuse(problemOf(relu, squared, { formulation: method.formulation, ...options }), settings);

  it('describes itself, with defaults that exist', () => {
    for (const text of [method.title, method.reference]) expect(text).toMatch(/\S/);
    const { loss, init, rate } = method.defaults;
    for (const name of Object.values(loss)) expect(losses.map((one) => one.name)).toContain(name);
    expect(Object.keys(initialisations)).toContain(init);
    expect(rate).toBeGreaterThan(0);
  });

  it('takes every activation with every loss, plain and residual', () => {
    for (const { activation, loss } of combinations)
      for (const residual of [false, true])
        expect(
          method.refuse(problemOf(activation, loss, { formulation: method.formulation, residual }), settings),
        ).toBeUndefined();
  });

  it.each(regularizers)('takes the weight regularizer $name when it is quadratic, and only then', (term) => {
    expect(refusal({ weights: [term.name, 0] })).toBeUndefined();
    expect(refusal({ weights: [term.name, 0.1] })).toEqual(
      isQuadratic({ term, weight: 0.1 })
        ? undefined
        : `${method.name} descends along gradients and takes quadratic weight regularizers only, and ${term.name} (weight 0.1) is not quadratic: use squaredL2 or none, or the method threeSplitting.`,
    );
  });

  it('has no states to regularise', () => {
    expect(refusal({ states: ['squaredL2', 0] })).toBeUndefined();
    expect(refusal({ states: ['squaredL2', 0.1] })).toBe(
      `${method.name} trains the weights alone and has no states for the state regularizer squaredL2 (weight 0.1) to act on: set its weight to 0, or use the method threeSplitting.`,
    );
  });
});
