import { afterEach, describe, expect, it, vi } from 'vitest';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { total } from '../../src/solve/certificate.ts';
import type { BlockDescent } from '../../src/splitting/descent.ts';
import { bitsOf, finish, method, settingsOf, start } from './runs.ts';

const engine = referenceEngine();
const numbersOf = (descent: BlockDescent): number[] => [
  ...bitsOf(descent.state),
  ...Object.values(descent.state.samples).flatMap(({ chunks }) => chunks.flatMap((chunk) => [...chunk])),
];
const modes = [false, true];

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(modes)('a run with certify %s', (certify) => {
  const settings = (changes: object) => settingsOf(engine, { certify, ...changes });

  it('ends at its sweep limit', async () => {
    const { solution } = await finish(await start(engine), settings({ sweeps: 3 }));
    expect(solution.status).toEqual({ name: 'sweep limit', sentence: 'All 3 sweeps are done.' });
    expect(solution.records).toHaveLength(4);
  });

  it('does nothing more where the history has all sweeps', async () => {
    const descent = await start(engine);
    const { solution } = await finish(descent, settings({ sweeps: 2 }));
    const before = numbersOf(descent);
    const again = await finish(descent, settings({ sweeps: 2, history: solution.records }));
    expect(again.yielded).toEqual([]);
    expect(again.solution.status.name).toBe('sweep limit');
    expect(again.solution.records).toEqual(solution.records);
    expect(numbersOf(descent)).toEqual(before);
  });

  it('ends before the sweep that would exceed the time limit', async () => {
    let clock = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => clock);
    const descent = await start(engine);
    const slow = { ...descent, sweep: () => descent.sweep().finally(() => (clock += 10_000)) };
    const { solution } = await finish(slow, settings({ sweeps: 100, seconds: 35 }));
    expect(solution.status.name).toBe('time limit');
    expect(solution.status.sentence).toMatch(/35 seconds\.$/);
    expect(solution.sweeps).toBe(3);
    expect(solution.records.map(({ seconds }) => seconds)).toEqual([0, 10, 10, 10]);
  });

  it('takes the last sweep of the history for the length of the first', async () => {
    let clock = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => clock);
    const descent = await start(engine);
    const slow = { ...descent, sweep: () => descent.sweep().finally(() => (clock += 10_000)) };
    const { solution } = await finish(slow, settings({ sweeps: 2 }));
    const rest = await finish(slow, settings({ sweeps: 9, seconds: 5, history: solution.records }));
    expect(rest.solution.status.name).toBe('time limit');
    expect(rest.yielded).toEqual([]);
  });

  it('is interrupted after the sweep under way, with one more measure and a consistent state', async () => {
    const descent = await start(engine);
    const measure = vi.fn(descent.measure);
    const interrupt = new AbortController();
    const { yielded, solution } = await finish(
      { ...descent, measure },
      settings({ sweeps: 100, signal: interrupt.signal }),
      ({ sweep }) => {
        if (sweep === 2) interrupt.abort();
      },
    );
    // Without certificates the record of sweep 2 comes out of sweep 3.
    const last = certify ? 2 : 3;
    expect(solution.status).toEqual({ name: 'interrupted', sentence: `Interrupted after sweep ${last}.` });
    expect(solution).toMatchObject({ sweeps: last, intact: true });
    expect(yielded.map(({ sweep }) => sweep)).toEqual(Array.from({ length: last + 1 }, (_, k) => k));
    expect(measure).toHaveBeenCalledTimes(certify ? last + 1 : 1);
    expect(yielded.at(-1)!.objective).toBe(total(await descent.measure()));
    const other = await start(engine);
    await finish(other, settings({ sweeps: last }));
    expect(numbersOf(descent)).toEqual(numbersOf(other));
  });

  it('does no sweep where it was interrupted before', async () => {
    const descent = await start(engine);
    const before = numbersOf(descent);
    const { yielded, solution } = await finish(descent, settings({ signal: AbortSignal.abort() }));
    expect(solution).toMatchObject({ status: { name: 'interrupted' }, sweeps: 0, intact: true });
    expect(yielded.map(({ sweep }) => sweep)).toEqual([0]);
    expect(numbersOf(descent)).toEqual(before);
  });

  it.each(['float32', 'float64'] as const)(
    'ends with the words of a violated descent where the method promises too much, in %s',
    async (precision) => {
      const boastful = { ...method, descentConstant: () => 1e6 };
      const { yielded, solution } = await finish(
        await start(engine),
        settings({ sweeps: 100, method: boastful, precision }),
      );
      expect(solution.status.name).toBe('descent violated');
      expect(solution.status.sentence).toMatch(
        /^Sweep \d decreased the objective by [\d.]+, less than a = 1000000/,
      );
      expect(solution.status.sentence.includes('precision float64')).toBe(precision === 'float32');
      expect(yielded[1]!.descent!.verdict).toBe('violated');
      expect(yielded.length).toBeLessThan(4);
    },
  );
});

describe('a run whose earlier states are lost', () => {
  it.each(modes)('begins at the next sweep, with nothing to compare with (certify %s)', async (certify) => {
    const [{ solution }, descent] = [
      await finish(await start(engine), settingsOf(engine, { sweeps: 2 })),
      await start(engine),
    ];
    // The objective of the start lies far above the last of the history.
    const settings = settingsOf(engine, { certify, history: solution.records, restarted: true });
    const { yielded, solution: again } = await finish(descent, settings);
    expect(again.status.name).toBe('sweep limit');
    expect(yielded.map(({ sweep }) => sweep)).toEqual([3, 4, 5]);
    expect(yielded[0]).not.toHaveProperty('descent');
    expect(yielded[1]!.descent!.decrease).toBe(yielded[0]!.objective - yielded[1]!.objective);
    expect(yielded[0]!.objective).toBeGreaterThan(solution.records.at(-1)!.objective);
  });
});

describe('a run with a tolerance', () => {
  it('converges at the first residual that is small enough', async () => {
    const tolerance = 0.2;
    const { solution } = await finish(
      await start(engine),
      settingsOf(engine, { certify: true, tolerance, sweeps: 1000 }),
    );
    expect(solution.status).toEqual({
      name: 'converged',
      sentence: 'The subgradient residual fell to 0.2 of its first value.',
    });
    const distances = solution.records.map(({ residual }) => residual!.distance);
    const limit = tolerance * distances[0]!;
    expect(distances.at(-1)).toBeLessThanOrEqual(limit);
    expect(distances.slice(0, -1).every((distance) => distance > limit)).toBe(true);
    expect(solution.records.length).toBeGreaterThan(2);
  });
});

describe('a run that meets a number that is not finite', () => {
  const spoil = (descent: BlockDescent, name: string): void => {
    descent.state.samples[name]!.chunks[0]![0] = Number.NaN;
  };

  it.each([
    ['Y', 'V3'],
    ['V0', 'U1'],
  ])('in %s stops at the first block that shows it, and keeps the last good weights', async (name, block) => {
    const descent = await start(engine);
    const { yielded, solution } = await finish(descent, settingsOf(engine, { sweeps: 100 }), ({ sweep }) => {
      if (sweep === 1) spoil(descent, name);
    });
    expect(solution.status).toEqual({
      name: 'not finite',
      sentence: `In sweep 3, a number that is not finite appeared in ${block}; the weights of sweep 2 are kept.`,
    });
    expect(solution).toMatchObject({ sweeps: 2, intact: false });
    expect(yielded.every(({ objective }) => Number.isFinite(objective))).toBe(true);
    const { solution: good } = await finish(await start(engine), settingsOf(engine, { sweeps: 2 }));
    expect(bitsOf(solution)).toEqual(bitsOf(good));
    expect(bitsOf(descent.state)).toEqual(bitsOf(good));
  });

  it('at the start says so, certified or not', async () => {
    for (const certify of modes) {
      const descent = await start(engine);
      const weights = bitsOf(descent.state);
      spoil(descent, 'Y');
      const { solution } = await finish(descent, settingsOf(engine, { certify }));
      expect(solution).toMatchObject({ status: { name: 'not finite' }, sweeps: 0, intact: false });
      expect(bitsOf(solution)).toEqual(weights);
    }
  });

  it.each(modes)('in the objective alone is not called a violated descent (certify %s)', async (certify) => {
    const descent = await start(engine);
    let swept = 0;
    const overflowing: BlockDescent = {
      ...descent,
      async sweep() {
        const report = await descent.sweep();
        return swept++ < 2 ? report : { ...report, terms: { ...report.terms, loss: Number.NaN } };
      },
      measure: async () => ({ ...(await descent.measure()), ...(swept > 2 && { loss: Number.NaN }) }),
    };
    const { solution } = await finish(overflowing, settingsOf(engine, { certify, sweeps: 6 }));
    expect(solution.status.name).toBe('not finite');
    expect(solution.status.sentence).toMatch(/^The objective after sweep \d is not a finite number\.$/);
    expect(solution.intact).toBe(false);
  });

  it('in the very last measure is noticed too', async () => {
    const descent = await start(engine);
    const measure = async () => ({ ...(await descent.measure()), loss: Number.POSITIVE_INFINITY });
    const { solution } = await finish({ ...descent, measure }, settingsOf(engine, { sweeps: 2 }));
    expect(solution.status.name).toBe('not finite');
  });
});

describe('an error that is not of the numbers', () => {
  it('is passed on', async () => {
    const descent = await start(engine);
    const broken = { ...descent, sweep: () => Promise.reject(new RangeError('no memory')) };
    await expect(finish(broken, settingsOf(engine))).rejects.toThrow('no memory');
  });
});
