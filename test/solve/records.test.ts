import { afterAll, describe, expect, it } from 'vitest';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { total } from '../../src/solve/certificate.ts';
import type { SweepRecord } from '../../src/solve/record.ts';
import { onnx } from '../engine/onnxEngines.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { ones } from '../splitting/cases.ts';
import { closedForm, engineAgreement, inequalitySlack } from '../tolerance.ts';
import { bitsOf, finish, method, problemWith, settingsOf, start, timeless } from './runs.ts';

const engines = { reference: referenceEngine(), float32: onnx('float32'), float64: onnx('float64') };
const problems = [problemWith('relu', 'squared'), problemWith('leakyRelu', 'hinge')];
const cases = Object.entries(engines).flatMap(([name, engine]) =>
  problems.map((problem) => ({ name: `${name}, ${problem.loss.name}`, engine, problem })),
);
afterAll(() => Promise.all(Object.values(engines).map((engine) => engine.dispose())));

describe.each(cases)('the records of a run on $name', ({ engine, problem }) => {
  const tolerance = engine.precision === 'float64' ? closedForm : engineAgreement.float32;
  const run = async (certify: boolean) => {
    const descent = await start(engine, problem);
    const first = total(await descent.measure());
    const settings = settingsOf(engine, { problem, certify });
    return { first, descent, ...(await finish(descent, settings)) };
  };

  it('are those of sweeps 0 to K, in order, as they were yielded', async () => {
    const { yielded, solution } = await run(false);
    expect(yielded.map(({ sweep }) => sweep)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(solution.records).toEqual(yielded);
    expect(solution.sweeps).toBe(5);
    expect(solution.intact).toBe(true);
  });

  it('sum up their terms, begin and end at what is measured, and never rise', async () => {
    const { first, descent, yielded } = await run(false);
    for (const { objective, terms } of yielded) expect(objective).toBe(total(terms));
    const objectives = yielded.map(({ objective }) => objective);
    expectClose([objectives[0]!], [first], tolerance, 'first objective');
    expect(objectives.at(-1)).toBe(total(await descent.measure()));
    for (const [k, { descent: certificate }] of yielded.entries()) {
      if (k === 0) expect(certificate).toBeUndefined();
      else {
        const { decrease, movement, movementOf, ratio, a } = certificate!;
        expect(decrease).toBe(objectives[k - 1]! - objectives[k]!);
        expect(decrease).toBeGreaterThan(0);
        expect(movement).toBe(total(movementOf));
        expect(ratio).toBe(decrease / movement);
        expect(a).toBe(method.descentConstant(problem, ones, 1));
        expect(certificate!.verdict).toBe('holds');
      }
    }
  });

  it('are the same when the run is certified, and so are the weights', async () => {
    const [lagging, certified] = [await run(false), await run(true)];
    expect(bitsOf(certified.solution)).toEqual(bitsOf(lagging.solution));
    expect(certified.yielded.map(({ sweep }) => sweep)).toEqual(lagging.yielded.map(({ sweep }) => sweep));
    for (const [k, { objective, terms, residual }] of certified.yielded.entries()) {
      const other = lagging.yielded[k]!;
      expectClose([objective], [other.objective], tolerance, `objective ${k}`);
      expect(Object.keys(terms).sort()).toEqual(Object.keys(other.terms).sort());
      expect(residual).toBeDefined();
      expect(other.residual).toBeUndefined();
    }
  });

  it('hold residuals with their running mean, within the bound of Lemma 8', async () => {
    const { yielded, descent } = await run(true);
    const residuals = yielded.map(({ residual }) => residual!);
    for (const [k, { distance, distanceOf, bound, runningMean }] of residuals.entries()) {
      const squares = Object.values(distanceOf).map((value) => value ** 2);
      expectClose([distance ** 2], [sum(squares)], closedForm, `distance ${k}`);
      expect(Object.keys(distanceOf)).toHaveLength(9);
      if (k === 0) expect([bound, runningMean]).toEqual([undefined, undefined]);
      else {
        const mean = sum(residuals.slice(1, k + 1).map((one) => one.distance ** 2)) / k;
        expectClose([runningMean!], [mean], closedForm, `mean up to ${k}`);
        expect(distance).toBeGreaterThan(0);
        expect(distance).toBeLessThanOrEqual(bound! + inequalitySlack(bound!));
      }
    }
    const { distances } = await descent.stationarity();
    expect(residuals.at(-1)!.distance).toBe(Math.sqrt(total(distances)));
  });

  it('go on from those of an earlier run as if it had not stopped', async () => {
    const whole = await run(false);
    const descent = await start(engine, problem);
    const half = await finish(descent, settingsOf(engine, { problem, sweeps: 2 }));
    const history = half.solution.records;
    const rest = await finish(descent, settingsOf(engine, { problem, history }));
    expect(rest.yielded.map(({ sweep }) => sweep)).toEqual([3, 4, 5]);
    expect(rest.solution.records.slice(0, 3)).toEqual(history);
    expect(rest.solution.sweeps).toBe(5);
    expect(bitsOf(rest.solution)).toEqual(bitsOf(whole.solution));
    for (const [i, record] of rest.yielded.entries()) expectSame(record, whole.yielded[i + 3]!);
  });

  /** Objectives agree to rounding only: the last of a run is measured, the others fall out of the next sweep. */
  function expectSame(record: SweepRecord, other: SweepRecord): void {
    expectClose([record.objective], [other.objective], tolerance, 'objective');
    const { movementOf, verdict } = record.descent!;
    expect({ movementOf, verdict }).toEqual({
      movementOf: other.descent!.movementOf,
      verdict: other.descent!.verdict,
    });
  }

  it('are the same in a second run, but for the seconds', async () => {
    const [one, two] = [await run(true), await run(true)];
    expect(two.yielded.map(timeless)).toEqual(one.yielded.map(timeless));
  });
});

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
