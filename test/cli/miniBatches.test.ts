import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../src/estimator/node/checkpoint.ts';
import { temporaryFolder } from '../data/helpers.ts';
import { ashlar, type Event, events, inProcess, weightsIn } from './command.ts';
import { flowersCsv, housesCsv, writeImages } from './samples.ts';

const home = temporaryFolder();
const weights = (run: string) => weightsIn(join(home, run));
const train = (line: string) => ashlar(home, `train ${line}`.split(' '));
const flowers = 'flowers.csv --target kind';
const lastOf = (stdout: string): Event => events(stdout).at(-1)!;
const accuracyOf = (end: Event): number => (end.train as { accuracy: number }).accuracy;

beforeAll(() => {
  writeFileSync(join(home, 'flowers.csv'), flowersCsv());
  writeFileSync(join(home, 'houses.csv'), housesCsv());
  writeImages(join(home, 'images'), { train: 30, test: 12 });
});

describe('train with the defaults', () => {
  it('prints a table without coupling and descent, and leaves a model', async () => {
    const { code, stdout, stderr } = await train(`${flowers} --sweeps 10 --out people`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('flowers.csv: 32 samples to train, 8 to test; 2 inputs, 2 classes');
    expect(lines[1]).toMatch(
      /^2-300x2-2 relu, 91,802 weights; proxLinear, softmaxCrossEntropy loss, float32, /,
    );
    const titles = ['sweep', 'objective', 'test', 'seconds', 'left'];
    expect(lines[4]!.trim().split(/ {2,}/)).toEqual(titles);
    expect(lines.slice(5, 16).map((line) => Number(line.slice(0, 5)))).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
    expect(stdout).toContain('All 10 sweeps are done.');
    expect(stdout).toMatch(/\ntrain \d+\.\d\d %, test \d+\.\d\d %\n/);
    expect(stdout).not.toContain('Sufficient descent');
    const report = readFileSync(join(home, 'people/report.html'), 'utf8');
    expect(report).toMatch(/^<!doctype html>/i);
    expect(report).toContain('proxLinear, mini-batches of ');
    expect((await inProcess(home, ['evaluate', 'people/model.onnx', 'flowers.csv'])).code).toBe(0);
  });

  it('prints valid JSON lines with --json, and ends after as many sweeps with the same weights', async () => {
    const { code, stdout, stderr } = await train(`${flowers} --sweeps 10 --json --out program`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [start, ...rest] = events(stdout);
    expect(start).toMatchObject({
      event: 'start',
      widths: [2, 300, 300, 2],
      config: {
        method: 'proxLinear',
        loss: 'softmaxCrossEntropy',
        init: 'he',
        sweeps: 10,
        batch: expect.any(Number),
        smoothing: 0.1,
        classWeights: 'none',
      },
    });
    const sweeps = rest.slice(0, -1);
    expect(sweeps.map(({ sweep }) => sweep)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const record of sweeps) {
      expect(Object.keys(record).sort()).toEqual(
        ['event', 'objective', 'scores', 'seconds', 'sweep', 'terms'].sort(),
      );
      expect(record.terms).toEqual({ loss: record.objective });
    }
    expect(rest.at(-1)).toMatchObject({ event: 'end', status: 'sweep limit', sweeps: 10 });
    expect(weights('program')).toEqual(weights('people'));
  });

  it('shows the loss and the regularizers where there are some', async () => {
    const { code, stdout } = await train(`${flowers} --hidden 6 --weight-regularizer l1:0.1 --out sparse`);
    expect(code).toBe(0);
    const titles = ['sweep', 'objective', 'loss', 'regularizers', 'test', 'seconds', 'left'];
    expect(stdout.split('\n')[4]!.trim().split(/ {2,}/)).toEqual(titles);
  });

  it('does more sweeps where samples are few', async () => {
    const { stdout } = await train(`${flowers} --hidden 4 --batch 4 --score-every 0 --json --out short`);
    // A thousand steps, or a hundred sweeps.
    expect(lastOf(stdout)).toMatchObject({ status: 'sweep limit', sweeps: 100 });
  });

  it('learns a regression', async () => {
    const { code, stdout } = await train(
      'houses.csv --target price --hidden 20 --sweeps 200 --json --out houses',
    );
    expect(code).toBe(0);
    const [start] = events(stdout);
    expect(start!.config).toMatchObject({ method: 'proxLinear', loss: 'squared', smoothing: 0 });
    expect((lastOf(stdout).train as { r2: number }).r2).toBeGreaterThan(0.9);
  });
});

describe('train with a time limit and none of sweeps', () => {
  it('trains as well as can be done in the time', async () => {
    const { code, stdout } = await train(`${flowers} --hidden 8 --batch 8 --time 2s --json --out timed`);
    expect(code).toBe(0);
    const end = lastOf(stdout);
    expect(end.status).toBe('time limit');
    expect(end.sweeps).toBeGreaterThan(10);
    expect(accuracyOf(end)).toBe(1);
  });

  it('stops earlier where the sweeps that are asked for are done', async () => {
    const { stdout } = await train(`${flowers} --hidden 8 --time 5m --sweeps 3 --json --out few`);
    expect(lastOf(stdout)).toMatchObject({ status: 'sweep limit', sweeps: 3 });
  });
});

describe('train with mini-batches', () => {
  it('takes every option that they have', async () => {
    const line =
      'images --hidden 5x2 --residual --sweeps 60 --gamma 0.1,0.2,0.3 --alpha 20 --loss softmaxCrossEntropy --activation tanh ' +
      '--output-update proximal --batch 6 --smoothing 0.2 --class-weights balanced --weight-regularizer elasticNet:0.01 ' +
      '--init he --seed 3 --precision float64 --validation 0.2 --patience 50 --threads 1 --json --out all';
    const { code, stdout, stderr } = await train(line);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [start, ...rest] = events(stdout);
    expect(start!.config).toMatchObject({
      method: 'proxLinear',
      residual: true,
      gamma: [0.1, 0.2, 0.3],
      alpha: { V: [20], U: [20], W: [20] },
      outputUpdate: 'proximal',
      batch: 6,
      smoothing: 0.2,
      classWeights: 'balanced',
      patience: 50,
    });
    expect(rest.at(-1)!.status).toMatch(/^(sweep limit|no improvement)$/);
    expect(accuracyOf(rest.at(-1)!)).toBeGreaterThan(0.5);
    const { stdout: told } = await inProcess(home, ['inspect', 'all/model.onnx', '--json']);
    expect(JSON.parse(told).training).toMatchObject({
      method: 'proxLinear, mini-batches of 6',
      loss: 'softmaxCrossEntropy',
      alpha: 'W 20',
      'label smoothing': '0.2',
      'class weights': 'balanced',
    });
  });

  it('says that weak first weights were rescaled, on standard error', async () => {
    const { code, stdout, stderr } = await train(
      'images --hidden 8x6 --init paper --sweeps 2 --json --out weak',
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(/^The first weights lose the signal [^\n]+\.\n$/);
    expect(lastOf(stdout).status).toBe('sweep limit');
  });

  it('ends with 1 where numbers overflow, and keeps a model that is finite', async () => {
    for (const [name, more] of [
      ['wild', '--gamma 1e300'],
      ['steep', '--method sgd --rate 1e38'],
    ]) {
      const { code, stdout, stderr } = await train(
        `${flowers} --hidden 6,4 ${more} --sweeps 5 --json --out ${name}`,
      );
      expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
      const end = lastOf(stdout);
      expect(end.status).toBe('not finite');
      expect(end.sentence).toMatch(
        /^In sweep \d, a number that is not finite appeared in [^\n]+ are kept\.$/,
      );
      expect(JSON.stringify(weights(name!))).not.toContain('null');
    }
  });
});

describe('train with a solver that has a learning rate', () => {
  const name = 'adam';

  it('learns, tells its rate, and goes on from its checkpoint to the same bits', async () => {
    const run = (more: string) =>
      train(`${flowers} --method ${name} --hidden 8 --batch 8 --rate 0.01 ${more} --json`);
    const [whole, half] = [
      await run(`--sweeps 20 --out ${name}`),
      await run(`--sweeps 8 --out ${name}-half`),
    ];
    expect(whole).toMatchObject({ code: 0, stderr: '' });
    const [start] = events(whole.stdout);
    expect(start!.config).toMatchObject({ method: name, rate: 0.01, batch: 8, rateSchedule: 'constant' });
    expect(lastOf(whole.stdout)).toMatchObject({ status: 'sweep limit', sweeps: 20 });
    const { stdout } = await inProcess(home, ['inspect', `${name}/model.onnx`, '--json']);
    expect(JSON.parse(stdout).training).toMatchObject({
      method: `${name}, mini-batches of 8`,
      'learning rate': '0.01',
    });
    expect(half.code).toBe(0);
    const resumed = await train(`--resume ${name}-half --sweeps 20 --json`);
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
    // A constant rate does not depend on the number of sweeps.
    expect(weights(`${name}-half`)).toEqual(weights(name));
  });
});

describe('a run on mini-batches that is interrupted', () => {
  it('ends with 130; resumed, it ends where an uninterrupted one does', async () => {
    const line = `${flowers} --hidden 6,4 --batch 8 --sweeps 800 --score-every 100 --json`;
    let sent = false;
    const cut = await ashlar(home, `train ${line} --out cut`.split(' '), (child, stdout) => {
      if (!sent && stdout.includes('"sweep":3,')) sent = child.kill('SIGINT');
    });
    expect(cut.code).toBe(130);
    const done = lastOf(cut.stdout);
    expect(done).toMatchObject({ status: 'interrupted', out: 'cut' });
    expect(done.sweeps).toBeLessThan(800);
    const { facts } = await openCheckpoint(join(home, 'cut/checkpoint.safetensors'));
    expect(facts.records.at(-1)!.sweep).toBe(done.sweeps);
    const resumed = await train('--resume cut --json');
    const whole = await train(`${line} --out whole`);
    expect(weights('cut')).toEqual(weights('whole'));
    const [one, two] = [resumed, whole].map(({ stdout }) => lastOf(stdout));
    for (const key of ['status', 'sweeps', 'train', 'test']) expect(one![key], key).toEqual(two![key]);
  });

  it('cannot go on with other mini-batches or another rate', async () => {
    for (const [run, option, sentence] of [
      ['cut', '--batch 4', /made with batch 8 and cannot go on with 4/],
      ['adam-half', '--rate 0.1', /made with rate 0\.01 and cannot go on with 0\.1/],
      ['cut', '--smoothing 0', /made with smoothing 0\.1 and cannot go on with 0:/],
      ['cut', '--method threeSplitting', /^ashlar: [^\n]+\.\n$/],
    ] as const) {
      const { code, stderr } = await inProcess(home, ['train', '--resume', run, ...option.split(' ')]);
      expect(stderr).toMatch(/^ashlar: [^\n]+\.\n$/);
      expect(stderr).toMatch(sentence);
      expect(code).toBe(2);
    }
  });
});

describe('check', () => {
  it('refuses a method on mini-batches in a sentence', async () => {
    for (const method of ['proxLinear', 'adam', 'auto']) {
      const { code, stdout, stderr } = await inProcess(home, ['check', 'images', '--method', method]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^ashlar: The theorems are about [^\n]+: check the method threeSplitting\.\n$/);
    }
  });

  it('takes the method of a preset, and another where it is named', async () => {
    const said = async (...more: string[]) =>
      (await inProcess(home, ['check', 'images', '--preset', 'mac', ...more])).stdout.split('\n')[0];
    expect(await said()).toMatch(/, twoSplitting$/);
    expect(await said('--method', 'threeSplitting', '--order', 'backward')).toMatch(/, threeSplitting$/);
  });
});
