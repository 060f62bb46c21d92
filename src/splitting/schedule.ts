import { squaredNorms } from '../algebra/ops.ts';
import type { Pass } from '../algebra/pass.ts';
import type { ObjectiveTerm } from '../problem/objective.ts';
import { isPerSample, type Problem, shapesOf } from '../problem/problem.ts';
import type { Block, Derived, WeightBlock } from './blocks/block.ts';

/** One pass over the samples and the weights that are solved from its sums. */
export interface Step {
  readonly pass: Pass;
  /** The states that it updates. */
  readonly states: readonly string[];
  /** Names of the blocks that an iteration solves. */
  readonly joint: readonly string[];
  readonly weights: WeightBlock | undefined;
  /** Terms of the objective whose value before the sweep this pass yields as `term NAME`. */
  readonly measured: readonly ObjectiveTerm[];
  readonly derived: readonly Derived[];
}

export const termSum = (name: string): string => `term ${name}`;
export const movementSum = (block: string): string => `movement of ${block}`;
export const normSum = (block: string): string => `norm of ${block}`;
export const roundsSum = (block: string): string => `rounds of ${block}`;
export const leftSum = (block: string): string => `residual left of ${block}`;

/** The variables that a block updates; of weights, W. */
function variablesOf(block: Block): readonly string[] {
  return block.kind === 'states' ? block.variables : [block.name];
}

/**
 * Fuses blocks into passes: all state blocks up to a weight block share its pass, so that each chunk of samples is read
 * once. A term of the objective is measured, at the point where the sweep began, in the first pass that changes one of
 * its variables; in the backward order the products that it needs are already there, and it costs nothing.
 */
export function schedule(
  problem: Problem,
  blocks: readonly Block[],
  terms: readonly ObjectiveTerm[],
): readonly Step[] {
  const groups: Block[][] = [[]];
  for (const block of blocks) {
    groups.at(-1)!.push(block);
    if (block.kind === 'weights') groups.push([]);
  }
  let waiting = terms;
  return groups
    .filter((group) => group.length > 0)
    .map((group) => {
      const changed = new Set(group.flatMap(variablesOf));
      const measured = waiting.filter(({ variables }) => variables.some((variable) => changed.has(variable)));
      waiting = waiting.filter((term) => !measured.includes(term));
      return stepOf(problem, group, measured);
    });
}

function stepOf(problem: Problem, group: readonly Block[], measured: readonly ObjectiveTerm[]): Step {
  const updates = group.filter((block) => block.kind !== 'weights');
  const states = updates.flatMap(variablesOf);
  const weights = group.find((block) => block.kind === 'weights');
  const derived = updates.flatMap((block) => block.derived ?? []);
  const sampled = measured.filter(({ variables }) => variables.some(isPerSample));
  const reads = [
    ...new Set([...group.flatMap((block) => block.reads), ...sampled.flatMap(({ variables }) => variables)]),
  ];
  const pass: Pass = {
    samples: reads.filter(isPerSample),
    updates: Object.fromEntries(states.map((name) => [`next ${name}`, name])),
    expression: {
      name: `update ${group.map(({ name }) => name).join(', ')}`,
      inputs: {
        ...shapesOf(problem, reads),
        ...Object.fromEntries(derived.map(({ name, shape }) => [name, shape])),
      },
      build(o, before) {
        const x: Record<string, (typeof before)[string]> = { ...before };
        const out: Record<string, (typeof before)[string]> = {};
        for (const term of sampled) out[termSum(term.name)] = term.value(o, before);
        for (const block of updates) {
          let updated: Readonly<typeof out>;
          if (block.kind === 'states') {
            const { states, rounds, residual } = block.update(o, x);
            out[roundsSum(block.name)] = rounds;
            out[leftSum(block.name)] = residual;
            updated = states;
          } else updated = { [block.name]: block.update(o, x) };
          for (const [name, next] of Object.entries(updated)) {
            x[name] = next;
            out[`next ${name}`] = next;
            out[movementSum(name)] = squaredNorms(o, o.sub(next, before[name]!));
            out[normSum(name)] = squaredNorms(o, next);
          }
        }
        return weights === undefined ? out : { ...out, ...weights.sums(o, x) };
      },
    },
  };
  const joint = updates.filter(({ kind }) => kind === 'states').map(({ name }) => name);
  return { pass, states, joint, weights, measured, derived };
}
