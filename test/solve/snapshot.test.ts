import { describe, expect, it } from 'vitest';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import type { LayerWeights } from '../../src/models/network.ts';
import type { Scores } from '../../src/solve/record.ts';
import type { SolveSettings } from '../../src/solve/solve.ts';
import { bitsOf, finish, settingsOf, start } from './runs.ts';

const engine = referenceEngine();

describe.each([false, true])('the snapshot of a run with certify %s', (certify) => {
  const run = async (validation: readonly (number | undefined)[], more: Partial<SolveSettings> = {}) => {
    const seen: number[][] = [];
    const score = async (weights: readonly LayerWeights[], sweep: number): Promise<Scores | undefined> => {
      seen.push(bitsOf({ weights }));
      return validation[sweep] === undefined ? undefined : { validation: validation[sweep], test: 0.5 };
    };
    const { solution } = await finish(await start(engine), settingsOf(engine, { certify, score, ...more }));
    return { seen, solution };
  };

  it('is of the sweep with the best validation score, the first of equals', async () => {
    const { seen, solution } = await run([0.1, 0.3, 0.7, 0.2, 0.7, 0.6]);
    expect(solution.best).toMatchObject({ sweep: 2, score: 0.7 });
    expect(bitsOf(solution.best!)).toEqual(seen[2]);
    expect(bitsOf(solution)).toEqual(seen[5]);
    expect(seen[2]).not.toEqual(seen[5]);
  });

  it('may be of the start, and of scores below zero', async () => {
    const { seen, solution } = await run([-2, -3, -4, -5, -6, -7]);
    expect(solution.best).toMatchObject({ sweep: 0, score: -2 });
    expect(bitsOf(solution.best!)).toEqual(seen[0]);
  });

  it('is only of sweeps that were scored', async () => {
    const { solution } = await run([0.1, undefined, 0.4, undefined, 0.3, undefined]);
    expect(solution.best).toMatchObject({ sweep: 2, score: 0.4 });
    expect(solution.records.map(({ scores }) => scores?.validation)).toEqual([
      0.1,
      undefined,
      0.4,
      undefined,
      0.3,
      undefined,
    ]);
  });

  it('of the run that is resumed stands until a sweep is better', async () => {
    const { solution } = await run([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
    const history = solution.records.slice(0, 3);
    const best = { ...solution.best!, score: 0.55 };
    const more = { history, best, restarted: true };
    const worse = await run([0, 0, 0, 0.4, 0.55, 0.5], more);
    expect(worse.solution.best).toBe(best);
    const better = await run([0, 0, 0, 0.4, 0.7, 0.5], more);
    expect(better.solution.best).toMatchObject({ sweep: 4, score: 0.7 });
  });

  it('is none where nothing was scored', async () => {
    const { solution } = await run([]);
    expect(solution).not.toHaveProperty('best');
    expect(solution.records.every((record) => !('scores' in record))).toBe(true);
  });
});
