import { describe, expect, it } from 'vitest';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { relu } from '../../src/problem/activations/relu.ts';
import { hinge } from '../../src/problem/losses/hinge.ts';
import { draw } from '../oracle/draw.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { lemma13 } from '../oracle/lemma13.ts';
import { lemma14 } from '../oracle/lemma14.ts';
import { closedForm } from '../tolerance.ts';
import { activationPairs, column } from './proxProblems.ts';

describe('ZLLY Lemma 13', () => {
  it('has the values of relu.prox, and its points where the minimiser is unique', () => {
    for (const { a, b, penalty } of activationPairs()) {
      const ours = relu.prox(o, a, b, penalty).data;
      const theirs = a.data.map((target, k) => lemma13(target, b.data[k]!, penalty));
      const value = (u: number, k: number): number =>
        (Math.max(0, u) - a.data[k]!) ** 2 / 2 + (penalty / 2) * (u - b.data[k]!) ** 2;
      expectClose(ours.map(value), theirs.map(value), closedForm);
      const tau = Math.sqrt(1 + 1 / penalty) - 1;
      const unique = [...ours.keys()].filter(
        (k) => Math.abs(b.data[k]! + tau * a.data[k]!) > 1e-9 * Math.abs(a.data[k]!),
      );
      expect(unique.length).toBeGreaterThan(1000);
      expectClose(
        unique.map((k) => ours[k]!),
        unique.map((k) => theirs[k]!),
        closedForm,
      );
    }
  });

  it('gives the larger minimiser on a tie', () => {
    // penalty 1/3: tau = 1, so that a = 1, b = -1 is a tie between u = -1 and u = (1 - 1/3)/(4/3) = 1/2.
    expectClose(relu.prox(o, column([1]), column([-1]), 1 / 3).data, [0.5], closedForm);
  });
});

describe('ZLLY Lemma 14', () => {
  it('has the points of hinge.prox for a = y, gamma = 1/step', () => {
    const random = draw(14);
    for (const step of [1e-3, 0.1, 0.5, 1, 2, 10, 1e3]) {
      const y = Float64Array.from({ length: 2000 }, () => random.pick([-1, 1]));
      const x = y.map((a, k) => (k % 4 === 0 ? a * (1 - step) : k % 4 === 1 ? a : 3 * random.normal()));
      const ours = hinge.prox(o, column(x), column(y), step).data;
      expectClose(
        ours,
        x.map((b, k) => lemma14(y[k]!, b, 1 / step)),
        closedForm,
      );
    }
  });
});
