import { afterEach, describe, expect, it, vi } from 'vitest';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import type { LayerWeights } from '../../src/models/network.ts';
import { relu } from '../../src/problem/activations/relu.ts';
import { softmaxCrossEntropy } from '../../src/problem/losses/softmaxCrossEntropy.ts';
import { total } from '../../src/solve/certificate.ts';
import type { SweepRecord } from '../../src/solve/record.ts';
import type { SolveSettings } from '../../src/solve/solve.ts';
import type { Descent } from '../../src/splitting/descent.ts';
import { proxLinear } from '../../src/splitting/proxLinear.ts';
import { problemOf } from '../problem/smallProblems.ts';
import { type BatchRun, batchDescent } from '../splitting/batchRuns.ts';
import { dataOf } from '../splitting/cases.ts';
import { bitsOf, finish, settingsOf, start, timeless } from './runs.ts';

const engine = referenceEngine();
const problem = problemOf(relu, softmaxCrossEntropy, {
  formulation: 'two-splitting',
  widths: [4, 5, 3, 2],
  weights: ['squaredL2', 0.1],
});
const descentOf = (changes: Partial<BatchRun> = {}) =>
  batchDescent({ engine, problem, n: 30, batch: 6, ...changes });
const settings = (changes: Partial<SolveSettings> = {}) =>
  settingsOf(engine, { problem, method: proxLinear, ...changes });

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the records of a run on mini-batches', () => {
  it('are yielded at once, each before the next sweep begins', async () => {
    const events: string[] = [];
    const descent = await descentOf();
    const watched: Descent = {
      ...descent,
      weights: descent.weights,
      sweep() {
        events.push('sweep');
        return descent.sweep();
      },
    };
    const { solution, yielded } = await finish(watched, settings({ sweeps: 3 }), ({ sweep }) =>
      events.push(`record ${sweep}`),
    );
    expect(events).toEqual(['record 0', 'sweep', 'record 1', 'sweep', 'record 2', 'sweep', 'record 3']);
    expect(solution).toMatchObject({ status: { name: 'sweep limit' }, sweeps: 3, intact: true });
    expect(solution.records).toEqual(yielded);
  });

  it('begin with the objective of the start, and are then as the sweeps met it', async () => {
    const [descent, other] = [await descentOf(), await descentOf()];
    const measure = vi.fn(descent.measure);
    const { yielded } = await finish({ ...descent, measure }, settings());
    const terms = [await other.measure()];
    for (let k = 1; k <= 5; k++) terms.push((await other.sweep()).terms);
    expect(yielded.map((record) => record.terms)).toEqual(terms);
    for (const record of yielded) {
      expect(record.objective).toBe(total(record.terms));
      expect(Object.keys(record.terms)).toEqual(['loss', 'r(W1)', 'r(W2)', 'r(W3)']);
      expect(record).not.toHaveProperty('descent');
      expect(record).not.toHaveProperty('residual');
    }
    expect(measure).toHaveBeenCalledTimes(1);
  });

  it('may rise: no descent is promised', async () => {
    const descent = await descentOf();
    let losses = 0;
    const rising: Descent = {
      ...descent,
      async sweep() {
        const report = await descent.sweep();
        return { ...report, terms: { ...report.terms, loss: 1000 * ++losses } };
      },
    };
    const { solution } = await finish(rising, settings());
    expect(solution.status.name).toBe('sweep limit');
  });

  it('go on from those of an earlier run', async () => {
    const whole = await finish(await descentOf(), settings());
    const descent = await descentOf();
    const half = await finish(descent, settings({ sweeps: 2 }));
    const rest = await finish(descent, settings({ history: half.solution.records }));
    expect(rest.yielded.map(({ sweep }) => sweep)).toEqual([3, 4, 5]);
    expect(rest.solution.records.map(timeless)).toEqual(whole.solution.records.map(timeless));
    expect(bitsOf(rest.solution)).toEqual(bitsOf(whole.solution));
    const more = await finish(descent, settings({ history: whole.solution.records }));
    expect(more.yielded).toEqual([]);
  });
});

describe('a run on mini-batches', () => {
  it('is interrupted after the sweep under way, and not one later', async () => {
    const interrupt = new AbortController();
    const { solution } = await finish(
      await descentOf(),
      settings({ sweeps: 100, signal: interrupt.signal }),
      ({ sweep }) => {
        if (sweep === 2) interrupt.abort();
      },
    );
    expect(solution).toMatchObject({ status: { name: 'interrupted' }, sweeps: 2, intact: true });
    expect(solution.records).toHaveLength(3);
  });

  it('ends before the sweep that would exceed the time limit', async () => {
    let clock = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => clock);
    const descent = await descentOf();
    const slow = { ...descent, sweep: () => descent.sweep().finally(() => (clock += 10_000)) };
    const { solution } = await finish(slow, settings({ sweeps: 100, seconds: 35 }));
    expect(solution).toMatchObject({ status: { name: 'time limit' }, sweeps: 3 });
    expect(solution.records.map(({ seconds }) => seconds)).toEqual([0, 10, 10, 10]);
  });

  it('that meets a number that is not finite stops, and keeps the last good weights', async () => {
    const { X, Y } = dataOf(problem, { n: 30 });
    const descent = await descentOf({ X, Y });
    const { solution, yielded } = await finish(descent, settings({ sweeps: 9 }), ({ sweep }) => {
      if (sweep === 2) X.data[5] = Number.NaN;
    });
    expect(solution).toMatchObject({ sweeps: 2, intact: false });
    expect(solution.status).toEqual({
      name: 'not finite',
      sentence: expect.stringMatching(
        /^In sweep 3, a number that is not finite appeared in the loss of step [1-5]; the weights of sweep 2 are kept\.$/,
      ),
    });
    expect(yielded.map(({ sweep }) => sweep)).toEqual([0, 1, 2]);
    const { solution: good } = await finish(await descentOf(), settings({ sweeps: 2 }));
    expect(bitsOf(solution)).toEqual(bitsOf(good));
    expect(bitsOf(descent)).toEqual(bitsOf(good));
  });

  it('whose data are not finite at the start says so', async () => {
    const { X, Y } = dataOf(problem, { n: 30 });
    X.data[5] = Number.NaN;
    const descent = await descentOf({ X, Y });
    const before = bitsOf(descent);
    const { solution } = await finish(descent, settings());
    expect(solution).toMatchObject({ status: { name: 'not finite' }, sweeps: 0, intact: false });
    expect(solution.status.sentence).toBe('The objective after sweep 0 is not a finite number.');
    expect(bitsOf(solution)).toEqual(before);
  });
});

/** A run whose validation scores are given, sweep by sweep. */
const kinds = {
  blocks: async (changes: Partial<SolveSettings>, score: SolveSettings['score']) =>
    finish(await start(engine), settingsOf(engine, { ...changes, ...(score && { score }) })),
  batches: async (changes: Partial<SolveSettings>, score: SolveSettings['score']) =>
    finish(await descentOf(), settings({ ...changes, ...(score && { score }) })),
};

describe.each(Object.entries(kinds))('the patience of a run on %s', (_, run) => {
  const runOn = async (validation: readonly number[], changes: Partial<SolveSettings> = {}) => {
    const seen: number[][] = [];
    const { solution } = await run({ sweeps: 30, patience: 3, ...changes }, async (weights, sweep) => {
      seen.push(bitsOf({ weights: [...weights] as readonly LayerWeights[] }));
      return validation[sweep] === undefined ? undefined : { validation: validation[sweep] };
    });
    return { seen, solution };
  };
  const scored = ({ records }: { readonly records: readonly SweepRecord[] }) =>
    records.flatMap(({ scores }) => scores?.validation ?? []);

  it('ends it when the score has not risen for so many sweeps, and keeps the best', async () => {
    const scores = [0.1, 0.5, 0.4, 0.7, 0.7, 0.6, 0.69, 0.9];
    const { seen, solution } = await runOn(scores);
    expect(solution.status).toEqual({
      name: 'no improvement',
      sentence: 'The validation score has not risen for 3 sweeps.',
    });
    expect(solution).toMatchObject({ sweeps: 6, intact: true, best: { sweep: 3, score: 0.7 } });
    expect(bitsOf(solution.best!)).toEqual(seen[3]);
    expect(scored(solution)).toEqual(scores.slice(0, 7));
    expect(solution.records.map(({ sweep }) => sweep)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('counts from the start, whose weights may be the best', async () => {
    const { solution } = await runOn([0.9, 0.1, 0.2, 0.3]);
    expect(solution).toMatchObject({ status: { name: 'no improvement' }, sweeps: 3, best: { sweep: 0 } });
  });

  it('is not tried by a score that rises, nor without it', async () => {
    const rising = Array.from({ length: 8 }, (_, k) => Math.floor(k / 3));
    const { solution } = await runOn(rising, { sweeps: 7 });
    expect(solution).toMatchObject({ status: { name: 'sweep limit' }, best: { sweep: 6 } });
    const falling = [5, 4, 3, 2, 1, 0];
    const patient = await run({ sweeps: 5 }, async (_, sweep) => ({ validation: falling[sweep]! }));
    expect(patient.solution.status.name).toBe('sweep limit');
  });

  it('counts the sweeps since the best one of the run that is resumed', async () => {
    const first = await runOn([0.9, 0.1], { sweeps: 1 });
    const { records: history, best } = first.solution;
    const { solution } = await runOn([0, 0, 0.2, 0.3], { history, best: best!, restarted: true });
    expect(solution).toMatchObject({ status: { name: 'no improvement' }, sweeps: 3, best: { sweep: 0 } });
  });
});
