import { afterEach, describe, expect, it, vi } from 'vitest';
import { runProgress } from '../../src/estimator/progress.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the progress of a run', () => {
  it('is the share of its sweeps where time is no limit', () => {
    const progress = runProgress({ sweeps: 8 });
    for (const done of [0, 0.25, 1, 5.5, 7.99]) expect(progress(done)).toBe(done / 8);
  });
});

interface Run {
  readonly sweeps?: number;
  readonly seconds: number;
  /** Seconds of each sweep. */
  readonly pace: (sweep: number) => number;
  /** Sweeps that an earlier run has done. */
  readonly from?: number;
}

/** The progress of every step of a run that ends, like that of `solve`, before the sweep that would exceed its time. */
function told({ sweeps = 100_000, seconds, pace, from = 0 }: Run): { values: number[]; done: number } {
  let clock = 12_345;
  const started = clock;
  vi.spyOn(performance, 'now').mockImplementation(() => clock);
  const progress = runProgress({ sweeps, seconds });
  const values: number[] = [];
  let done = from;
  let last = 0;
  const elapsed = (): number => (clock - started) / 1000;
  while (done < sweeps && elapsed() + last <= seconds) {
    last = pace(done);
    for (let step = 0; step < 4; step++) {
      values.push(progress(done + step / 4));
      clock += 250 * last;
    }
    done++;
  }
  return { values, done };
}

describe('the progress of a run with a time limit', () => {
  const paces: readonly (readonly [title: string, pace: Run['pace']])[] = [
    ['sweeps of one length', () => 1],
    ['a first sweep that takes three times as long', (sweep) => (sweep === 0 ? 3 : 1)],
    ['sweeps that become slower', (sweep) => 1 + sweep / 20],
    ['sweeps that become faster', (sweep) => 1 + 3 / (1 + sweep)],
    ['sweeps that are slow now and then', (sweep) => (sweep % 5 === 3 ? 3 : 1)],
  ];

  it.each(paces)('rises from 0, stays below 1 and never falls, with %s', (_, pace) => {
    for (const seconds of [3.5, 20, 60]) {
      const { values } = told({ seconds, pace });
      expect(values[0]).toBe(0);
      for (const [k, value] of values.entries()) {
        expect(value).toBeLessThan(1);
        if (k > 0) expect(value, `step ${k}`).toBeGreaterThanOrEqual(values[k - 1]!);
      }
    }
  });

  it('comes to its end with the sweeps that fit', () => {
    for (const seconds of [3.5, 10, 30.2]) {
      const { values, done } = told({ seconds, pace: () => 1 });
      expect(done).toBe(Math.floor(seconds));
      // The first two sweeps, of 100,000 that are allowed, are next to nothing; the others take equal shares.
      const shared = done - 2;
      expect(values.at(-1)).toBeCloseTo((shared - 1 / 4) / shared, 4);
      expect(values.at(-4)).toBeCloseTo((shared - 1) / shared, 4);
    }
  });

  it.each(paces)('is near its end at the last sweep, with %s', (_, pace) => {
    const { values, done } = told({ seconds: 60, pace });
    expect(done).toBeGreaterThan(5);
    expect(values.at(-1)).toBeGreaterThan(0.85);
  });

  it('is the share of the sweeps where they are done in time', () => {
    const { values, done } = told({ sweeps: 5, seconds: 1000, pace: () => 1 });
    expect(done).toBe(5);
    for (const [k, value] of values.entries()) expect(value).toBeCloseTo(k / 20, 12);
  });

  it('goes on from the sweeps that are done', () => {
    const { values, done } = told({ seconds: 10, pace: () => 1, from: 10 });
    expect(done).toBe(20);
    expect(values.at(-1)).toBeCloseTo((8 - 1 / 4) / 8, 4);
  });
});
