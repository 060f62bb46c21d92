import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../data/helpers.ts';
import { ashlar, events, inProcess, type Outcome, weightsIn } from './command.ts';
import { flowersCsv, housesCsv, writeImages } from './samples.ts';

const home = temporaryFolder();
const inRun = (run: string, file: string): string => readFileSync(join(home, run, file), 'utf8');
const files = ['checkpoint.safetensors', 'config.json', 'metrics.ndjson', 'model.onnx', 'report.html'];

beforeAll(() => {
  writeFileSync(join(home, 'flowers.csv'), flowersCsv());
  writeFileSync(join(home, 'houses.csv'), housesCsv());
  writeImages(join(home, 'images'), { train: 30, test: 12 });
});

const flowers =
  'train flowers.csv --target kind --method threeSplitting --hidden 6,4 --sweeps 3 --init he'.split(' ');

describe('train on a table of classes', () => {
  let table: Outcome;
  let json: Outcome;

  beforeAll(async () => {
    table = await ashlar(home, flowers);
    json = await ashlar(home, [...flowers, '--json']);
  });

  it('prints a line a sweep for people, and nothing on standard error', () => {
    expect(table).toMatchObject({ code: 0, stderr: '' });
    const lines = table.stdout.split('\n');
    expect(lines[0]).toBe('flowers.csv: 32 samples to train, 8 to test; 2 inputs, 2 classes');
    expect(lines[1]).toMatch(/^2-6-4-2 relu, 56 weights; threeSplitting, squared loss, float32, /);
    expect(lines[2]).toBe('results go to runs/flowers-csv-1');
    expect(lines[4]!.trim().split(/ {2,}/)).toEqual([
      'sweep',
      'objective',
      'loss',
      'coupling',
      'descent/a',
      'test',
      'seconds',
      'left',
    ]);
    expect(lines.slice(5, 9).map((line) => Number(line.slice(0, 5)))).toEqual([0, 1, 2, 3]);
    expect(table.stdout).toMatch(/\ntrain \d+\.\d\d %, test \d+\.\d\d %\n/);
    expect(table.stdout).toContain('Sufficient descent held in 3 of 3 sweeps.');
  });

  it('ends with an estimate of the convergence regime where it is certified', async () => {
    const certified = await ashlar(home, [...flowers, '--certify', '--sweeps', '45', '--out', 'certified']);
    expect(certified.stdout).toMatch(
      /(R-linear convergence|sublinear|converges is undecided|converged in finitely)/,
    );
    expect(table.stdout).not.toMatch(/converge/);
  });

  it('prints JSON lines alone with --json', () => {
    expect(json).toMatchObject({ code: 0, stderr: '' });
    const lines = events(json.stdout);
    expect(lines.map(({ event }) => event)).toEqual(['start', 'sweep', 'sweep', 'sweep', 'sweep', 'end']);
    const [start, ...rest] = lines;
    expect(start).toMatchObject({
      data: 'flowers.csv',
      samples: 32,
      testSamples: 8,
      task: 'classification',
      widths: [2, 6, 4, 2],
      out: 'runs/flowers-csv-2',
      config: { hidden: [6, 4], init: 'he', sweeps: 3 },
    });
    for (const [k, record] of rest.slice(0, -1).entries())
      expect(record).toMatchObject({
        sweep: k,
        objective: expect.any(Number),
        seconds: expect.any(Number),
        scores: { test: expect.any(Number) },
      });
    const end = rest.at(-1)!;
    expect(end).toMatchObject({
      status: 'sweep limit',
      sweeps: 3,
      train: { accuracy: expect.any(Number) },
      test: { accuracy: expect.any(Number) },
      seconds: expect.any(Number),
      out: 'runs/flowers-csv-2',
    });
    expect(rest.at(-2)!.scores).toEqual({ test: (end.test as { accuracy: number }).accuracy });
  });

  it('leaves a folder with all results, and a second run its own', () => {
    expect(readdirSync(join(home, 'runs')).sort()).toEqual(['flowers-csv-1', 'flowers-csv-2']);
    for (const run of ['runs/flowers-csv-1', 'runs/flowers-csv-2'])
      expect(readdirSync(join(home, run)).sort()).toEqual(files);
  });

  it('ends both runs with the same weights', () => {
    const [one, two] = [1, 2].map((run) => weightsIn(join(home, `runs/flowers-csv-${run}`)));
    expect(two).toEqual(one);
  });

  it('keeps the configuration and the records that it printed', () => {
    const [start, ...rest] = events(json.stdout);
    const config = JSON.parse(inRun('runs/flowers-csv-2', 'config.json'));
    expect(config).toEqual({
      data: { source: 'flowers.csv', target: 'kind' },
      ...(start!.config as object),
    });
    const records = rest.slice(0, -1).map(({ event: _, ...record }) => record);
    const metrics = inRun('runs/flowers-csv-2', 'metrics.ndjson').trimEnd().split('\n');
    expect(metrics.map((line) => JSON.parse(line))).toEqual(records);
    expect(inRun('runs/flowers-csv-2', 'report.html')).toMatch(/^<!doctype html>/i);
  });
});

describe('the other commands on a model of a table', () => {
  const model = 'runs/flowers-csv-1/model.onnx';

  it('evaluate counts every row', async () => {
    const { code, stdout } = await inProcess(home, ['evaluate', model, 'flowers.csv', '--json']);
    const { samples, accuracy, confusion, outputs } = JSON.parse(stdout);
    expect({ code, samples, outputs }).toEqual({ code: 0, samples: 40, outputs: ['rose', 'tulip'] });
    expect(confusion.map((row: number[]) => row[0]! + row[1]!)).toEqual([20, 20]);
    expect(accuracy).toBe((confusion[0][0] + confusion[1][1]) / 40);
    const people = await inProcess(home, ['evaluate', model, 'flowers.csv']);
    expect(people.stdout).toMatch(
      /^40 samples, accuracy \d+\.\d\d %\n\nrows: true class, columns: label given\n/,
    );
  });

  it('predict writes a label and the scores of every row, without the target', async () => {
    writeFileSync(join(home, 'new.csv'), 'height,colour,length\n1,red,5\n-3,blue,8\n');
    const { code, stdout } = await inProcess(home, ['predict', model, 'new.csv', '-o', 'out/labels.csv']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '2 predictions in out/labels.csv\n' });
    const [header, ...rows] = inRun('out', 'labels.csv').trimEnd().split('\n');
    expect(header).toBe('label,score rose,score tulip');
    expect(rows).toHaveLength(2);
    for (const row of rows) {
      const [label, rose, tulip] = row.split(',');
      expect(label).toBe(Number(rose) >= Number(tulip) ? 'rose' : 'tulip');
    }
  });

  it('inspect tells what it is', async () => {
    const { stdout } = await inProcess(home, ['inspect', model, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      network: { widths: [2, 6, 4, 2], activation: 'relu' },
      outputs: ['rose', 'tulip'],
      features: ['length', 'height'],
      training: { target: 'kind', loss: 'squared' },
      parameters: 56,
      layers: [{ layer: 1, shape: [6, 2], biases: 6 }, { layer: 2 }, { layer: 3 }],
    });
    const people = await inProcess(home, ['inspect', model]);
    expect(people.stdout).toMatch(
      /^2-6-4-2 relu, 56 weights\nclassification: rose, tulip\ninputs: length, height\n/,
    );
  });

  it('methods lists what there is', async () => {
    const { code, stdout } = await inProcess(home, ['methods']);
    expect(code).toBe(0);
    const some = ['proxLinear', 'threeSplitting', 'hinge', 'squared', 'relu', 'leakyRelu', 'squaredL2'];
    for (const name of some) expect(stdout).toContain(`\n  ${name} `);
  });

  it('--version and --help end with 0', async () => {
    expect(await inProcess(home, ['--version'])).toMatchObject({ code: 0, stderr: '' });
    const help = await inProcess(home, ['train', '--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('--resume <folder>');
  });
});

describe('train on a table of numbers', () => {
  it('learns a regression, in units of the target', async () => {
    const line =
      'train houses.csv --target price --method threeSplitting --hidden 8 --sweeps 60 --init he --alpha 1 --json --out r/houses';
    const { code, stdout } = await ashlar(home, line.split(' '));
    expect(code).toBe(0);
    const end = events(stdout).at(-1)!;
    expect(end).toMatchObject({
      event: 'end',
      train: { r2: expect.any(Number) },
      test: { r2: expect.any(Number) },
    });
    expect((end.train as { r2: number }).r2).toBeGreaterThan(0.9);
    expect(readdirSync(join(home, 'r/houses')).sort()).toEqual(files);

    const model = 'r/houses/model.onnx';
    const evaluation = JSON.parse(
      (await inProcess(home, ['evaluate', model, 'houses.csv', '--json'])).stdout,
    );
    expect(evaluation).toEqual({ samples: 40, r2: expect.any(Number) });
    expect(evaluation.r2).toBeGreaterThan(0.9);
    await inProcess(home, ['predict', model, 'houses.csv', '-o', 'prices.csv']);
    const [header, ...prices] = inRun('.', 'prices.csv').trimEnd().split('\n');
    expect(header).toBe('price');
    const [, ...rows] = housesCsv().trimEnd().split('\n');
    const errors = rows.map((row, i) => Math.abs(Number(row.split(',')[2]) - Number(prices[i])));
    expect(prices).toHaveLength(40);
    expect(Math.max(...errors)).toBeLessThan(60_000);
  });
});

describe('train on images', () => {
  it('keeps to a folder, options and all', async () => {
    const line =
      'train images --samples 24 --hidden 5x2 --sweeps 4 --gamma 1,0.5,2 --alpha V=1,U=2,W=0.5 --loss hinge ' +
      '--activation leakyRelu --weight-regularizer squaredL2:0.1 --state-regularizer squaredL2:0.2 --init he --seed 3 ' +
      '--precision float64 --certify --validation 0.25 --score-every 2 --order forward --threads 1 --time 5m --json';
    const { code, stdout, stderr } = await ashlar(home, line.split(' '));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [start, ...rest] = events(stdout);
    expect(start).toMatchObject({
      samples: 18,
      testSamples: 12,
      widths: [9, 5, 5, 3],
      out: 'runs/images-1',
      config: {
        gamma: [1, 0.5, 2],
        alpha: { V: [1], U: [2], W: [0.5] },
        loss: 'hinge',
        activation: 'leakyRelu',
        weightRegularizer: { term: 'squaredL2', weight: 0.1 },
        stateRegularizer: { term: 'squaredL2', weight: 0.2 },
        seed: 3,
        precision: 'float64',
        certify: true,
        validation: 0.25,
        scoreEvery: 2,
        order: 'forward',
        seconds: 300,
      },
    });
    const sweeps = rest.slice(0, -1);
    expect(sweeps.map(({ scores }) => scores !== undefined)).toEqual([true, false, true, false, true]);
    expect(sweeps.every(({ residual }) => residual !== undefined)).toBe(true);
    expect(Object.keys(sweeps[0]!.terms as object)).toEqual(expect.arrayContaining(['r(W1)', 's(V1)']));
    expect(rest.at(-1)).toMatchObject({
      status: 'sweep limit',
      bestSweep: expect.any(Number),
      validation: { accuracy: expect.any(Number) },
    });
  });

  it('evaluates and predicts the part that is asked for', async () => {
    const model = 'runs/images-1/model.onnx';
    const count = async (...part: string[]): Promise<number> =>
      JSON.parse((await inProcess(home, ['evaluate', model, 'images', '--json', ...part])).stdout).samples;
    expect([await count(), await count('--part', 'test'), await count('--part', 'train')]).toEqual([
      12, 12, 30,
    ]);
    const { stdout } = await inProcess(home, ['predict', model, 'images', '--part', 'train', '-o', 'p.csv']);
    expect(stdout).toBe('30 predictions in p.csv\n');
  });

  it('knows mnist by its name', async () => {
    const line = 'train mnist --samples 200 --hidden 8 --sweeps 1 --score-every 0 --json --out m';
    const { code, stdout } = await ashlar(home, line.split(' '));
    expect(code).toBe(0);
    const [start, ...rest] = events(stdout);
    expect(start).toMatchObject({ data: 'mnist', samples: 200, testSamples: 10_000, widths: [784, 8, 10] });
    expect(rest.at(-1)).toMatchObject({ status: 'sweep limit', test: { accuracy: expect.any(Number) } });
  });
});
