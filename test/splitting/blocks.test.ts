import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../src/algebra/tensor.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { objectiveTerms } from '../../src/problem/objective.ts';
import { depth, isLifted, type Problem } from '../../src/problem/problem.ts';
import type { Block } from '../../src/splitting/blocks/block.ts';
import type { State } from '../../src/splitting/descent.ts';
import { alphaOf, type MethodSettings } from '../../src/splitting/method.ts';
import { type Draw, draw } from '../oracle/draw.ts';
import type { ProblemOptions } from '../problem/smallProblems.ts';
import { inequalitySlack } from '../tolerance.ts';
import { descend, forwardState, methodCases, ones, posed, updatedBy, valuesOf, withAlpha } from './cases.ts';

const settings: readonly (ProblemOptions & { readonly title: string; readonly updates: MethodSettings })[] = [
  { title: 'as in the paper', updates: ones },
  {
    title: 'one gamma and one alpha a layer',
    updates: {
      alpha: { V: [0.3, 2, 0.1], U: [5, 0.2, 1], W: [1e-3, 4, 0.5] },
      outputUpdate: 'proximal',
    },
    gamma: [0.5, 20, 1.3],
  },
  {
    title: 'small gamma, no proximal terms on states',
    updates: withAlpha({ V: 0, U: 0, W: 0.01 }),
    gamma: 0.01,
  },
  { title: 'regularized', updates: ones, gamma: 3, weights: ['squaredL2', 0.7], states: ['squaredL2', 0.4] },
];
const cases = methodCases.flatMap((one) =>
  settings.map((setting) => ({ ...one, ...setting, name: `${one.name}: ${setting.title}` })),
);

const attempts = 30;

describe.each(cases)('blocks of $name', ({ updates, gamma, weights, states, ...one }) => {
  const { method } = one;
  const problem = posed(one, {
    ...(gamma && { gamma }),
    ...(weights && { weights }),
    ...(states && { states }),
  });

  it('never rise, and are exact where they claim to be: no perturbation of an updated block is better', async () => {
    const engine = referenceEngine();
    const random = draw(77);
    const state = await forwardState(engine, problem);
    scatter(state, random);
    // The constraint of the lifted formulations.
    if (isLifted(problem)) scatterAbove(state);
    for (const block of method.blocks(problem, updates)) {
      const before = valuesOf(state);
      await (await descend(engine, problem, [block], state)).sweep();
      const after = valuesOf(state);
      const names = variablesOf(block);
      for (const name of Object.keys(before))
        if (!names.includes(name))
          expect(after[name]!.data, `${block.name} changes ${name}`).toEqual(before[name]!.data);
      const layer = Number(block.name.slice(1));
      const last = layer === depth(problem);
      const cost = costOf(
        problem,
        block,
        proximalWeights[method.name]!(block.name, layer, last, updates),
        before,
      );
      const reached = cost(after);
      const start = cost(before);
      const risen = reached.map((value, j) => value - start[j]! - inequalitySlack(start[j]!));
      expect(Math.max(...risen), `${block.name} rises`).toBeLessThanOrEqual(0);
      if (!isExact(problem, block.name)) continue;
      for (let attempt = 0; attempt < attempts; attempt++) {
        const size = 10 ** random.uniform(-4, 1);
        const moved: Record<string, Tensor> = { ...after };
        for (const name of names) moved[name] = moveSome(after[name]!, size, random);
        const tried = cost(moved);
        const excess = reached.map((value, j) => value - tried[j]! - inequalitySlack(value));
        expect(Math.max(...excess), `${block.name}, moved by about ${size}`).toBeLessThanOrEqual(0);
      }
    }
  });
});

/** Moves every variable off the forward pass, where all coupling terms vanish. */
function scatter(state: State, random: Draw): void {
  for (const [name, { chunks }] of Object.entries(state.samples))
    if (name !== 'V0' && name !== 'Y')
      for (const chunk of chunks) for (const k of chunk.keys()) chunk[k]! += random.normal();
  for (const { W, b } of state.weights)
    for (const { data } of [W, b]) for (const k of data.keys()) data[k]! += 0.5 * random.normal();
}

function scatterAbove({ samples }: State): void {
  for (const [name, { chunks }] of Object.entries(samples))
    if (name !== 'V0' && name !== 'Y')
      for (const chunk of chunks) for (const k of chunk.keys()) chunk[k] = Math.max(0, chunk[k]!);
}

const variablesOf = (block: Block): string[] =>
  updatedBy(block).flatMap((name) => (name.startsWith('W') ? [name, `b${name.slice(1)}`] : [name]));

function jointly(block: string, layer: number, _: boolean, { alpha: { V, W } }: MethodSettings): number {
  return block === 'V' ? V[0]! : alphaOf(W, layer);
}

/** Weight α of the proximal term of a block, by method. */
const proximalWeights: Readonly<
  Record<string, (block: string, layer: number, last: boolean, settings: MethodSettings) => number>
> = {
  // ZLLY Algorithms 2 and 3: the hidden V_i and U_N have none.
  threeSplitting(block, layer, last, { alpha: { V, U, W } }) {
    if (block.startsWith('W')) return alphaOf(W, layer);
    if (block.startsWith('V')) return last ? alphaOf(V, layer) : 0;
    return last ? 0 : alphaOf(U, layer);
  },
  // Algorithm 1: all have one.
  // ZB Algorithm 1 with whole steps: the same.
  tikhonov: jointly,
  fenchel: jointly,
  twoSplitting: (block, layer, _, { alpha: { V, W } }) => alphaOf(block.startsWith('W') ? W : V, layer),
};

/**
 * Blocks of the two-splitting with σ inside the quadratic are searched for a lower value, not minimised; jointly lifted states are
 * minimised to an accuracy of their own, and the classifier of another loss than the squared one takes a bound of it; Fenchel-lifted weights
 * are minimised with the negative parts as they were.
 */
const isExact = (problem: Problem, block: string): boolean => {
  const layer = Number(block.slice(1));
  if (isLifted(problem)) {
    const last = layer === depth(problem);
    return block !== 'V' && (last ? problem.loss.name === 'squared' : problem.formulation === 'lifted');
  }
  return (
    problem.formulation === 'three-splitting' || layer >= depth(problem) - (block.startsWith('V') ? 1 : 0)
  );
};

/**
 * The terms of the objective that depend on the block and α/2 ‖block − before‖²: by sample for a state block, whose
 * samples are problems of their own; one number for weights.
 */
function costOf(
  problem: Problem,
  block: Block,
  alpha: number,
  before: Readonly<Record<string, Tensor>>,
): (x: Readonly<Record<string, Tensor>>) => number[] {
  const names = variablesOf(block);
  const terms = objectiveTerms(problem).filter(({ variables }) =>
    names.some((name) => variables.includes(name)),
  );
  return (x) => {
    const values = terms.map((term) => term.value(o, x).data);
    const moves = names.map((name) => {
      const move = o.sub(x[name]!, before[name]!);
      return o.mul(o.scalar(alpha / 2), o.mul(move, move));
    });
    if (block.kind === 'weights')
      return [total([...values, ...moves.map(({ data }) => data)].flatMap((v) => [...v]))];
    const proximal = moves.map((move) => o.sum(move, 1)).reduce((a, b) => o.add(a, b)).data;
    return [...proximal].map((move, j) => move + total(values.map((value) => value[j]!)));
  };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** A random direction, or only some coordinates of it, or with signs turned round. */
function moveSome(tensor: Tensor, size: number, random: Draw): Tensor {
  const share = random.pick([0.1, 1]);
  const flip = random.pick([false, false, true]);
  const data = tensor.data.map((value) =>
    random.uniform(0, 1) < share ? (flip ? -value : value) + size * random.normal() : value,
  );
  return { ...tensor, data: Float64Array.from(data) };
}
