import { describe, expect, it } from 'vitest';
import { single } from '../../src/distributed/single.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { compare, meanCurve, summarise, type Trial } from '../../src/estimator/comparison.ts';
import type { ConfigInput } from '../../src/estimator/config.ts';
import { resolveConfig } from '../../src/estimator/resolveConfig.ts';
import { signs } from './tinyData.ts';

/** A trial with these test scores, each sweep of which takes as many seconds. */
function trial(name: string, seed: number, scores: readonly number[], seconds: number): Trial {
  const records = scores.map((test, sweep) => ({
    sweep,
    objective: 1,
    terms: { loss: 1 },
    scores: { test, train: test },
    seconds: sweep === 0 ? 0 : seconds,
  }));
  const last = scores.at(-1)!;
  const status = { name: 'sweep limit', sentence: 'All sweeps are done.' } as const;
  const nonzeros = [0.1 * seed, 0.3 * seed, 1];
  return { name, seed, status, records, scores: { test: last, train: last }, nonzeros, memory: 1000 * seed };
}

const trials = [
  trial('a', 1, [0, 0.5, 0.9], 1),
  trial('b', 1, [0, 0.1, 0.2], 9),
  trial('a', 2, [0.2, 0.7, 0.8], 3),
];

describe('a comparison', () => {
  it('takes means and deviations of the sample, of one method', () => {
    const summary = summarise('a', trials, 0.6);
    expect(summary.trials).toBe(2);
    expect(summary.test.mean).toBeCloseTo(0.85, 12);
    expect(summary.test.deviation).toBeCloseTo(Math.sqrt(0.005), 12);
    expect(summary.secondsPerSweep).toBe(2);
    expect(summary.seconds).toBe(4);
    expect(summary.memory).toBe(2000);
    // Of the two hidden layers of seeds 1 and 2.
    expect(summary.nonzeros).toBeCloseTo(0.3, 12);
    expect(summary.endings).toEqual({ 'sweep limit': 2 });
  });

  it('finds when the mean score reaches the target', () => {
    expect(summarise('a', trials, 0.6).secondsToTarget).toBe(2);
    // Between two sweeps, on the line from 0.6 to 0.85.
    expect(summarise('a', trials, 0.7).secondsToTarget).toBeCloseTo(2.8, 12);
    expect(summarise('a', trials, 0.05).secondsToTarget).toBe(0);
    expect(summarise('a', trials, 0.9)).not.toHaveProperty('secondsToTarget');
    expect(summarise('a', trials, undefined)).not.toHaveProperty('secondsToTarget');
  });

  it('has no deviation of one trial, and curves as long as the shortest', () => {
    expect(summarise('b', trials, undefined).test.deviation).toBe(0);
    const short = { ...trials[0]!, records: trials[0]!.records.slice(0, 2) };
    expect(meanCurve([short, trials[2]!], ({ scores }) => scores?.test)).toEqual([
      { sweep: 0, seconds: 0, score: 0.1 },
      { sweep: 1, seconds: 2, score: 0.6 },
    ]);
  });

  it('goes on with the network of a competitor before it, in each trial with its own', async () => {
    const settings: ConfigInput = { hidden: [5], precision: 'float64', sweeps: 2, loss: 'squared' };
    const competitors = [
      { name: 'first', tuned: false, config: resolveConfig({ ...settings, method: 'proxLinear' }) },
      { name: 'on', tuned: false, config: resolveConfig({ ...settings, method: 'fenchel', start: 'first' }) },
    ];
    const fresh = () => ({ engine: referenceEngine(), communicator: single, log: () => {} });
    const source = { name: 'tiny', train: signs(40, 1), test: signs(40, 2) };
    const done: Trial[] = [];
    for await (const one of compare(source, competitors, fresh, { trials: 2, seed: 3 })) done.push(one);
    expect(done.map(({ name, seed }) => [name, seed])).toEqual([
      ['first', 3],
      ['on', 3],
      ['first', 4],
      ['on', 4],
    ]);
    const scores = done.map(({ records }) => records.map(({ scores }) => scores!.train));
    for (const k of [0, 2]) expect(scores[k + 1]![0]).toBe(scores[k]!.at(-1));
    expect(scores[1]![0]).not.toBe(scores[3]![0]);
  });
});
