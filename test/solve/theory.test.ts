import { describe, expect, it } from 'vitest';
import { identity } from '../../src/problem/activations/identity.ts';
import { relu } from '../../src/problem/activations/relu.ts';
import { logistic } from '../../src/problem/losses/logistic.ts';
import { squared } from '../../src/problem/losses/squared.ts';
import { theoryOf } from '../../src/solve/theory.ts';
import { threeSplitting } from '../../src/splitting/threeSplitting.ts';
import { twoSplitting } from '../../src/splitting/twoSplitting.ts';
import { type ProblemOptions, problemOf } from '../problem/smallProblems.ts';
import { ones, withAlpha } from '../splitting/cases.ts';

const bounded: ProblemOptions = { weights: ['l1', 0.1] };
const two: ProblemOptions = { formulation: 'two-splitting' };
const links: ProblemOptions = { residual: true, widths: [3, 4, 4, 2] };

describe('the theorem that covers a problem', () => {
  it.each([
    ['three-splitting', {}, 'ZLLY Theorem 1', 'holds where bounded'],
    ['three-splitting, coercive', bounded, 'ZLLY Theorem 1', 'holds'],
    ['a coercive term of weight 0', { weights: ['l1', 0] }, 'ZLLY Theorem 1', 'holds where bounded'],
    ['a term that is not coercive', { weights: ['nonnegative', 1] }, 'ZLLY Theorem 1', 'holds where bounded'],
    ['residual links', { ...links, ...bounded }, 'ZLLY Theorem 3', 'holds'],
  ] as [string, ProblemOptions, string, string][])('with %s', (_, options, theorem, verdict) => {
    const theory = theoryOf(problemOf(relu, squared, options), threeSplitting, ones);
    expect(theory).toMatchObject({ theorem, verdict, descentConstant: 0.5 });
    expect(theory.sentence).toContain(theorem);
  });

  it('needs a bound of its own where the last layer is spared r', () => {
    const problem = { ...problemOf(relu, squared, bounded), sparesOutput: true };
    const theory = theoryOf(problem, threeSplitting, ones);
    expect(theory.verdict).toBe('holds where bounded');
    expect(theory.hypotheses.map(({ sentence }) => sentence).join(' ')).toMatch(
      /r = 0 on W_\d is not coercive/,
    );
  });

  it('with a linearised loss is Theorem 2, whose a is that of (C.5)', () => {
    const settings = withAlpha({ V: 0.122, U: 1, W: 1 }, 'proxLinear');
    const theory = theoryOf(problemOf(relu, logistic, { gamma: 0.01 }), threeSplitting, settings);
    expect(theory.theorem).toBe('ZLLY Theorem 2');
    // min(α/2, γ/2, α + (γ − L_R)/2) = min(0.061, 0.005, 0.122 − 0.12)
    expect(theory.descentConstant).toBeCloseTo(0.002, 12);
  });

  it('is the descent alone where blocks are only lowered', () => {
    const theory = theoryOf(problemOf(relu, squared, { ...two, ...bounded }), twoSplitting, ones);
    expect(theory.verdict).toBe('descent only');
    expect(theory.relativeErrorConstant(1)).toBeUndefined();
  });

  it('is whole again where the two-splitting is linear', () => {
    const theory = theoryOf(problemOf(identity, squared, { ...two, ...bounded }), twoSplitting, ones);
    expect(theory.verdict).toBe('holds');
  });
});
