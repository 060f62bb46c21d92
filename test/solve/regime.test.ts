import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Descent, SweepRecord } from '../../src/solve/record.ts';
import { type Regime, regimeOf, type Tail } from '../../src/solve/regime.ts';
import { draw } from '../oracle/draw.ts';

/** A start, and a sweep for each distance moved. */
function moved(
  distances: readonly number[],
  descentAt: (sweep: number) => Partial<Descent> = () => ({}),
): readonly SweepRecord[] {
  const record = (sweep: number): SweepRecord => ({ sweep, objective: 1, terms: { loss: 1 }, seconds: 0 });
  return [
    record(0),
    ...distances.map((distance, index) => {
      const movement = distance ** 2;
      const descent: Descent = {
        decrease: movement,
        movement,
        movementOf: { W1: movement },
        ratio: 1,
        a: 0.5,
        rounding: 0,
        verdict: 'holds',
        ...descentAt(index + 1),
      };
      return { ...record(index + 1), descent };
    }),
  ];
}

const sweeps = (count: number, distance: (sweep: number) => number): readonly number[] =>
  Array.from({ length: count }, (_, index) => distance(index + 1));
const geometric = (rate: number, count = 100): readonly number[] => sweeps(count, (k) => 3 * rate ** k);
const power = (exponent: number, count = 100): readonly number[] => sweeps(count, (k) => 3 * k ** -exponent);

/** Each number times e^x, x uniform in ±size. */
function noisy(values: readonly number[], size: number): readonly number[] {
  const random = draw(7);
  return values.map((value) => value * Math.exp(random.uniform(-size, size)));
}

/** Why no regime is named; the name where one is. */
const reasonOf = (regime: Regime): string => (regime.name === 'undecided' ? regime.reason : regime.name);
const tailOf = (regime: Regime): Tail => ('tail' in regime ? regime.tail! : expect.fail(regime.sentence));

describe('regimeOf', () => {
  it.each([0, 0.01])('finds the rate of a geometric sequence with noise of size %d', (noise) => {
    const regime = regimeOf(moved(noisy(geometric(0.95), noise)));
    expect(regime).toMatchObject({ name: 'R-linear', rate: expect.closeTo(0.95, noise === 0 ? 10 : 3) });
    const tail = tailOf(regime);
    expect([tail.first, tail.last]).toEqual([51, 100]);
    expect(tail.geometric.explained).toBeGreaterThan(0.999);
    expect(tail.geometric.residualSum).toBeLessThan(tail.power.residualSum / 4);
    expect(regime.sentence).toBe(
      'Over sweeps 51 to 100 the movement fell like 0.950^k, which is R-linear convergence: ' +
        'an estimate from these sweeps, not a proof.',
    );
  });

  it.each([
    [1.5, 3 / 4],
    [2, 2 / 3],
    [3, 3 / 5],
  ])('finds p = %d of a power of k, and θ = p/(2p − 1)', (exponent, theta) => {
    const exact = regimeOf(moved(power(exponent)));
    const close = regimeOf(moved(noisy(power(exponent, 400), 0.01)));
    expect(exact).toMatchObject({
      name: 'sublinear',
      exponent: expect.closeTo(exponent, 10),
      theta: expect.closeTo(theta, 10),
    });
    expect(close).toMatchObject({
      name: 'sublinear',
      exponent: expect.closeTo(exponent, 1),
      theta: expect.closeTo(theta, 1),
    });
    /** The two forms of the rate agree: p − 1 = (1 − θ)/(2θ − 1). */
    expect((1 - theta) / (2 * theta - 1)).toBeCloseTo(exponent - 1, 12);
    expect(exact.sentence).toContain(`fell like k^−${exponent.toFixed(2)}`);
    expect(exact.sentence).toContain(`to the limit like k^−${(exponent - 1).toFixed(2)}`);
  });

  it('fits lines whose values are the distances moved', () => {
    const { geometric: line } = tailOf(regimeOf(moved(geometric(0.8, 60))));
    expect(Math.exp(line.intercept + line.slope * 45)).toBeCloseTo(3 * 0.8 ** 45, 12);
    const { power: curve } = tailOf(regimeOf(moved(power(2, 60))));
    expect(Math.exp(curve.intercept + curve.slope * Math.log(45))).toBeCloseTo(3 / 45 ** 2, 12);
  });

  it('is finite where the movement becomes exactly 0, however short the run', () => {
    expect(regimeOf(moved([3, 2, 1, 0]))).toMatchObject({ name: 'finite', sweep: 4 });
    expect(regimeOf(moved([...geometric(0.9, 60), 0, 0]))).toMatchObject({ name: 'finite', sweep: 61 });
    expect(regimeOf(moved([0, 0]))).toMatchObject({ name: 'finite', sweep: 1 });
  });

  it('takes no zero for finite convergence that rounding explains', () => {
    const zeros = [...geometric(0.8, 60), 0, 0, 0];
    const behind = regimeOf(moved(zeros, (sweep) => (sweep === 60 ? { verdict: 'rounding' } : {})));
    const swallowed = regimeOf(moved(zeros, () => ({ rounding: 0.8 ** 120 * 9 })));
    expect(behind).toMatchObject({ name: 'R-linear', rate: expect.closeTo(0.8, 10) });
    expect(swallowed).toMatchObject({ name: 'R-linear', rate: expect.closeTo(0.8, 10) });
    expect(swallowed.sentence).toContain('(from sweep 61 on, descent is lost in rounding)');
  });

  it('leaves out the sweeps behind the first that is lost in rounding, where a floor looks like a power', () => {
    const floored = sweeps(120, (k) => 0.8 ** k + 1e-8);
    const atFloor = (sweep: number): Partial<Descent> => (sweep > 60 ? { verdict: 'rounding' } : {});
    const regime = regimeOf(moved(floored, atFloor));
    expect(regime).toMatchObject({ name: 'R-linear', rate: expect.closeTo(0.8, 2) });
    expect(tailOf(regime)).toMatchObject({ first: 31, last: 60 });
    expect(reasonOf(regimeOf(moved(floored, (sweep) => (sweep > 39 ? { verdict: 'rounding' } : {}))))).toBe(
      'rounding',
    );
    expect(reasonOf(regimeOf(moved(floored, () => ({ verdict: 'rounding' }))))).toBe('rounding');
  });

  it('leaves out a violated sweep, whose numbers may be none', () => {
    const broken = { verdict: 'violated', movement: Number.NaN } as const;
    const regime = regimeOf(moved(geometric(0.9), (sweep) => (sweep === 100 ? broken : {})));
    expect(regime).toMatchObject({ name: 'R-linear', rate: expect.closeTo(0.9, 10) });
  });

  const undecided: Readonly<Record<string, readonly (readonly [string, readonly number[]])[]>> = {
    'too short': [
      ['no sweep', []],
      ['one sweep', [1]],
      ['39 sweeps', geometric(0.9, 39)],
    ],
    'not falling': [
      ['a constant', geometric(1)],
      ['a rising sequence', geometric(1.1)],
      ['a rising power', power(-2)],
      ['noise', noisy(geometric(1), 1)],
    ],
    'not summable': [
      ['k^−1/2', power(0.5)],
      ['k^−0.9', power(0.9)],
    ],
    indistinguishable: [['a geometric sequence in noise', noisy(geometric(0.98), 0.05)]],
    drifting: [
      ['a rate that slowly rises', sweeps(100, (k) => Math.exp(-0.1 * k + 1e-4 * k ** 2))],
      ['a power of k that gives way to a rate', sweeps(200, (k) => k ** -1.2 * 0.998 ** k)],
    ],
  };
  for (const [reason, sequences] of Object.entries(undecided))
    for (const [name, distances] of sequences)
      it(`leaves ${name} undecided: ${reason}`, () => {
        const regime = regimeOf(moved(distances));
        expect(reasonOf(regime)).toBe(reason);
        expect(regime.sentence).toMatch(/undecided\.$|too few to estimate/);
      });

  it('never takes one law for the other, at any scale', () => {
    const scale = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    const count = fc.integer({ min: 40, max: 300 });
    fc.assert(
      fc.property(scale, count, fc.double({ min: 0.35, max: 0.9999, noNaN: true }), (size, n, rate) => {
        const regime = regimeOf(moved(sweeps(n, (k) => size * rate ** k)));
        expect(regime).toMatchObject({ name: 'R-linear', rate: expect.closeTo(rate, 8) });
      }),
    );
    fc.assert(
      fc.property(scale, count, fc.double({ min: 1.001, max: 8, noNaN: true }), (size, n, exponent) => {
        const regime = regimeOf(moved(sweeps(n, (k) => size * k ** -exponent)));
        expect(regime).toMatchObject({ name: 'sublinear', exponent: expect.closeTo(exponent, 8) });
      }),
    );
  });

  it('never takes one law for the other in noise, nor throws on any movement', () => {
    const noise = fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), {
      minLength: 100,
      maxLength: 100,
    });
    fc.assert(
      fc.property(noise, fc.double({ min: 0.3, max: 0.9, noNaN: true }), (errors, rate) => {
        const values = geometric(rate).map((value, i) => value * Math.exp(errors[i]!));
        expect(regimeOf(moved(values)).name).not.toBe('sublinear');
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, noNaN: true }), { maxLength: 100 }), (distances) => {
        expect(regimeOf(moved(distances)).sentence).toMatch(/\.$/);
      }),
    );
  });
});
