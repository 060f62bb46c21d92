import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../src/algebra/tensor.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { referenceOps } from '../../src/engine/reference/referenceOps.ts';
import { identity } from '../../src/problem/activations/identity.ts';
import { squared } from '../../src/problem/losses/squared.ts';
import { objectiveTerms } from '../../src/problem/objective.ts';
import { descentOf, roundingBound } from '../../src/solve/certificate.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { problemOf } from '../problem/smallProblems.ts';
import { valuesOf } from '../splitting/cases.ts';
import { closedForm, differenceStep } from '../tolerance.ts';
import { problemWith, start } from './runs.ts';

const linear = problemOf(identity, squared, { widths: [3, 1], gamma: 2 });
const alpha = { V: [1], U: [1], W: [0.5] };
const report = {
  terms: {},
  movement: { V1: 2, U1: 1, W1: 1 },
  norms: { V0: 30, V1: 9, U1: 16, W1: 4 },
  samples: 6,
};

describe('the verdict on a descent', () => {
  const rounding = roundingBound(linear, alpha, 'float32', 100, report);
  const verdict = (decrease: number) => descentOf(linear, alpha, 'float32', 0.5, 100, 100 - decrease, report);

  it('holds from a times the movement on', () => {
    expect(verdict(2)).toEqual({
      decrease: 2,
      movement: 4,
      movementOf: report.movement,
      ratio: 0.5,
      a: 0.5,
      rounding,
      verdict: 'holds',
    });
  });

  it('is rounding down to what rounding explains, and violated below', () => {
    expect(verdict(2 - 0.9 * rounding).verdict).toBe('rounding');
    expect(verdict(2 - 1.1 * rounding).verdict).toBe('violated');
    expect(verdict(-50).verdict).toBe('violated');
  });

  it('holds where nothing moved', () => {
    const still = { ...report, movement: { V1: 0 } };
    expect(descentOf(linear, alpha, 'float32', 0.5, 7, 7, still)).toMatchObject({
      decrease: 0,
      verdict: 'holds',
    });
  });
});

describe('the bound on rounding', () => {
  it.each(['float32', 'float64'] as const)('is the formula of its comment in %s', (precision) => {
    const [L, gamma] = [100, 2];
    const relative = 8 * { float32: 2 ** -23, float64: 2 ** -52 }[precision];
    const e = relative * Math.sqrt(9 + 16);
    const gaps = Math.sqrt(2 * gamma * L) * e + (gamma / 2) * e ** 2 + relative * L;
    const E = relative * gamma * Math.sqrt(30 + 6) * (4 + 2 * Math.sqrt(30 + 6));
    const expected = gaps + E ** 2 / (2 * 0.5);
    expectClose([roundingBound(linear, alpha, precision, L, report)], [expected], closedForm);
  });
});

/** Central differences of the objective, by no formula of the subdifferential. */
describe.each([
  ['relu', 'squared'],
  ['leakyRelu', 'hinge'],
  ['identity', 'squared'],
])('the residual of %s with %s', (activation, loss) => {
  const posed = problemWith(activation, loss);
  const terms = objectiveTerms(posed);

  it('is the norm of the gradient where the objective is smooth', async () => {
    const descent = await start(referenceEngine(), posed, { n: 6, rows: 4 });
    jitter(descent.state.samples);
    const { distances } = await descent.stationarity();
    const x = valuesOf(descent.state);
    const objective = (at: Readonly<Record<string, Tensor>>): number =>
      terms.reduce((sum, term) => sum + total(term.value(referenceOps, at).data), 0);
    const slope = (name: string, k: number): number => {
      const moved = (h: number): number => {
        const data = x[name]!.data.slice();
        data[k]! += h;
        return objective({ ...x, [name]: { shape: x[name]!.shape, data } });
      };
      return (moved(differenceStep) - moved(-differenceStep)) / (2 * differenceStep);
    };
    const squares = (name: string): number => total(x[name]!.data.map((_, k) => slope(name, k) ** 2));
    for (const [block, distance] of Object.entries(distances)) {
      const gradient = squares(block) + (block.startsWith('W') ? squares(block.replace('W', 'b')) : 0);
      expect(distance, block).toBeGreaterThan(0.01);
      expectClose([distance], [gradient], { relative: 1e-6, absolute: 1e-8 }, block);
    }
  });
});

/** Away from the forward pass, where gaps are zero, and from the corners at zero. */
function jitter(samples: Readonly<Record<string, { readonly chunks: readonly Tensor['data'][] }>>): void {
  for (const [name, { chunks }] of Object.entries(samples)) {
    if (!/^[UV][1-9]/.test(name)) continue;
    for (const chunk of chunks)
      for (let k = 0; k < chunk.length; k++) {
        chunk[k]! += 0.3 * Math.sin(7 * k + name.charCodeAt(1));
        if (Math.abs(chunk[k]!) < 0.01) chunk[k] = 0.01;
      }
  }
}

function total(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0);
}
