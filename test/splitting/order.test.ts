import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/algebra/errors.ts';
import { objectiveTerms } from '../../src/problem/objective.ts';
import { orderBlocks } from '../../src/splitting/order.ts';
import { schedule } from '../../src/splitting/schedule.ts';
import { problemOf } from '../problem/smallProblems.ts';
import { methodCases, ones } from './cases.ts';

const { method, activation, loss } = methodCases[0]!;
const problem = problemOf(activation, loss, { weights: ['squaredL2', 1], states: ['squaredL2', 1] });
const blocks = method.blocks(problem, ones);
const names = blocks.map(({ name }) => name);

describe('the order of the blocks', () => {
  it("is the method's own, backward over the layers", () => {
    expect(orderBlocks(blocks, 'backward')).toEqual(blocks);
    expect(names.join(' ')).toBe('V3 U3 W3 V2 U2 W2 V1 U1 W1');
  });

  it('can be forward, first layer first', () => {
    expect(
      orderBlocks(blocks, 'forward')
        .map(({ name }) => name)
        .join(' '),
    ).toBe('V1 U1 W1 V2 U2 W2 V3 U3 W3');
  });

  it('can be any permutation, with spaces or commas', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(names, { minLength: names.length }),
        fc.constantFrom(' ', ', ', ',', '  '),
        (order, separator) => {
          expect(orderBlocks(blocks, order.join(separator)).map(({ name }) => name)).toEqual(order);
        },
      ),
      { seed: 1, numRuns: 50 },
    );
  });

  it.each([
    ['', 'nothing'],
    ['Backward', 'another word'],
    [names.slice(1).join(' '), 'a block too few'],
    [[...names, names[0]].join(' '), 'a block twice'],
    [[...names.slice(1), names[1]].join(' '), 'a block instead of another'],
    [[...names.slice(1), 'V9'].join(' '), 'an unknown block'],
  ])('cannot be "%s": %s', (order) => {
    expect(() => orderBlocks(blocks, order)).toThrow(UserError);
    expect(() => orderBlocks(blocks, order)).toThrow(names.join(' '));
  });
});

describe('the schedule of a sweep', () => {
  it('updates every block and measures every term once, whatever the order', () => {
    const terms = objectiveTerms(problem);
    fc.assert(
      fc.property(fc.shuffledSubarray([...blocks], { minLength: blocks.length }), (order) => {
        const steps = schedule(problem, order, terms);
        const updated = steps.flatMap(({ states, weights }) => [
          ...states,
          ...(weights ? [weights.name] : []),
        ]);
        expect(updated).toEqual(order.map(({ name }) => name));
        const measured = steps.flatMap((step) => step.measured.map(({ name }) => name));
        expect(measured.sort()).toEqual(terms.map(({ name }) => name).sort());
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('reads the samples once a layer in the backward order', () => {
    expect(schedule(problem, blocks, objectiveTerms(problem))).toHaveLength(3);
  });
});
