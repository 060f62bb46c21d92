import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Precision } from '../../src/algebra/tensor.ts';
import { onnxEngine } from '../../src/engine/onnx/onnxEngine.ts';
import { nodeRuntime } from '../../src/engine/onnx/runtimeNode.ts';
import { trainers } from '../../src/estimator/trainers.ts';
import { temporaryFolder } from '../data/helpers.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { timeless } from '../solve/runs.ts';
import { engineAgreement } from '../tolerance.ts';
import { configOf, load, numbersOf, run, save } from './runs.ts';

const folder = temporaryFolder();
let files = 0;
const newPath = (): string => join(folder, `${files++}.safetensors`);

const engines = (['float32', 'float64'] as const).flatMap((precision) =>
  [1, 2].map((threads) => ({ precision, threads })),
);

describe.each(engines)(
  'a run in $precision on $threads threads that is resumed',
  ({ precision, threads }) => {
    const engine = () => onnxEngine(nodeRuntime({ threads }), { precision });
    const config = configOf(engine(), { sweeps: 8, validation: 0.25 });

    it.each([0, 1, 5])(
      'after an interruption at sweep %d equals one that ran through',
      async (interruptAt) => {
        const path = newPath();
        const whole = await run(engine(), config);
        const first = await run(engine(), config, { interruptAt });
        expect(first.solution.status.name).toBe('interrupted');
        expect(first.solution.sweeps).toBeLessThan(8);
        await save(path, config, first);
        const rest = await run(engine(), config, { resume: await load(path) });
        expect(rest.yielded[0]!.sweep).toBe(first.solution.sweeps + 1);
        expect(numbersOf(rest)).toEqual(numbersOf(whole));
        expect(rest.solution.best).toEqual(whole.solution.best);
        expect(rest.solution.records.map(({ sweep }) => sweep)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
        expectClose(
          rest.solution.records.map(({ objective }) => objective),
          whole.solution.records.map(({ objective }) => objective),
          engineAgreement[precision],
          'objective',
        );
      },
    );

    it('after its last sweep with more sweeps equals one that had them at once', async () => {
      const path = newPath();
      const whole = await run(engine(), config);
      const short = { ...config, sweeps: 4 };
      await save(path, short, await run(engine(), short));
      const rest = await run(engine(), config, { resume: await load(path) });
      expect(numbersOf(rest)).toEqual(numbersOf(whole));
    });
  },
);

describe('a run that is resumed twice', () => {
  it('equals one that ran through, in each of its orders and with certificates', async () => {
    const engine = () => onnxEngine(nodeRuntime({ threads: 1 }), { precision: 'float32' });
    for (const order of ['backward', 'forward']) {
      const config = configOf(engine(), { sweeps: 6, order, certify: true });
      const whole = await run(engine(), config);
      let resumed = await run(engine(), config, { interruptAt: 1 });
      for (const interruptAt of [4, undefined]) {
        const path = newPath();
        await save(path, config, resumed);
        const resume = await load(path);
        resumed = await run(engine(), config, { resume, ...(interruptAt && { interruptAt }) });
      }
      expect(numbersOf(resumed)).toEqual(numbersOf(whole));
      const residuals = (of: typeof whole) => of.solution.records.map(({ residual }) => residual!.distance);
      expect(residuals(resumed)).toEqual(residuals(whole));
    }
  });
});

describe('the best weights on the validation samples', () => {
  const engine = () => onnxEngine(nodeRuntime({ threads: 1 }), { precision: 'float32' });
  const config = configOf(engine(), { sweeps: 3, validation: 0.25 });

  it('are saved with the state, and outlive a resumed run that finds no better ones', async () => {
    const path = newPath();
    const first = await run(engine(), config);
    const best = { ...first.solution.best!, score: 2, sweep: 1 };
    await save(path, config, { ...first, solution: { ...first.solution, best } });
    const resume = await load(path);
    expect(resume.best).toEqual(best);
    const rest = await run(engine(), { ...config, sweeps: 5 }, { resume });
    expect(rest.solution.best).toEqual(best);
  });
});

describe('a run whose states were lost', () => {
  const engine = () => onnxEngine(nodeRuntime({ threads: 1 }), { precision: 'float32' });
  const config = configOf(engine(), { sweeps: 9 });

  it('restarts from its weights by a forward pass, and descends from there', async () => {
    const path = newPath();
    const first = await run(engine(), { ...config, sweeps: 4 });
    await save(path, config, { ...first, solution: { ...first.solution, intact: false } });
    const resume = await load(path);
    expect(resume).not.toHaveProperty('samples');
    expect(resume.weights).toEqual(first.solution.weights);
    const rest = await run(engine(), config, { resume });
    expect(rest.solution.status.name).toBe('sweep limit');
    expect(rest.yielded.map(({ sweep }) => sweep)).toEqual([5, 6, 7, 8, 9]);
    const [start] = rest.yielded;
    for (const [name, value] of Object.entries(start!.terms))
      if (name !== 'loss') expect(value, name).toBe(0);
    for (const { descent } of rest.yielded.slice(1)) expect(descent!.verdict).not.toBe('violated');
  });

  it('restarts too where the last objective was not finite', async () => {
    const path = newPath();
    const first = await run(engine(), { ...config, sweeps: 2 });
    const records = first.solution.records.map((record) =>
      record.sweep === 2 ? { ...record, objective: Number.NaN } : record,
    );
    await save(path, config, { ...first, solution: { ...first.solution, intact: false, records } });
    const rest = await run(engine(), config, { resume: await load(path) });
    expect(rest.solution.status.name).toBe('sweep limit');
  });
});

describe.each(trainers.filter(({ kind }) => kind === 'batches'))(
  'a run of $name on mini-batches that is resumed',
  ({ name: method }) => {
    const engine = (precision: Precision) => onnxEngine(nodeRuntime({ threads: 2 }), { precision });
    const configIn = (precision: Precision) =>
      configOf(engine(precision), { method, sweeps: 6, batch: 8, validation: 0.25 });

    it.each(['float32', 'float64'] as const)('equals one that ran through, in %s', async (precision) => {
      const config = configIn(precision);
      const whole = await run(engine(precision), config);
      for (const interruptAt of [0, 1, 5]) {
        const path = newPath();
        const first = await run(engine(precision), config, { interruptAt });
        expect(first.solution).toMatchObject({ status: { name: 'interrupted' }, sweeps: interruptAt });
        await save(path, config, first);
        const resume = await load(path);
        expect(resume).not.toHaveProperty('samples');
        expect(resume.memory ?? {}).toEqual(first.training.state.memory);
        const rest = await run(engine(precision), config, { resume });
        expect(rest.yielded[0]!.sweep).toBe(interruptAt + 1);
        expect(numbersOf(rest)).toEqual(numbersOf(whole));
        expect(rest.solution.best).toEqual(whole.solution.best);
        expect(rest.solution.records.map(timeless)).toEqual(whole.solution.records.map(timeless));
      }
    });

    it('equals one that ran through when it is resumed twice', async () => {
      const config = configIn('float32');
      let resumed = await run(engine('float32'), config, { interruptAt: 1 });
      for (const interruptAt of [4, undefined]) {
        const path = newPath();
        await save(path, config, resumed);
        const resume = await load(path);
        resumed = await run(engine('float32'), config, { resume, ...(interruptAt && { interruptAt }) });
      }
      expect(numbersOf(resumed)).toEqual(numbersOf(await run(engine('float32'), config)));
    });

    it('goes on from the last good weights where the last numbers were not finite', async () => {
      const path = newPath();
      const config = configIn('float32');
      const first = await run(engine('float32'), { ...config, sweeps: 2 });
      await save(path, config, { ...first, solution: { ...first.solution, intact: false } });
      const resume = await load(path);
      expect(resume).not.toHaveProperty('memory');
      const rest = await run(engine('float32'), config, { resume });
      expect(rest.solution.status.name).toBe('sweep limit');
      expect(rest.yielded.map(({ sweep }) => sweep)).toEqual([3, 4, 5, 6]);
    });
  },
);
