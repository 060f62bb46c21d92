import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../data/helpers.ts';
import { ashlar, contents, events, inProcess } from './command.ts';
import { flowersCsv } from './samples.ts';

const home = temporaryFolder();
const compare = (line: string) => ashlar(home, `compare flowers.csv --target kind ${line}`.split(' '));

beforeAll(() => writeFileSync(join(home, 'flowers.csv'), flowersCsv()));

describe('compare', () => {
  it('tunes, trains and reports side by side', async () => {
    const { code, stdout, stderr } = await compare(
      '--methods auto,adam,sgd(0.1) --hidden 8 --sweeps 3 --trials 2 --batch 8 --out both --json',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const told = events(stdout);
    const named = (event: string) => told.filter((one) => one.event === event);
    expect(told[0]!.event).toBe('start');
    // Five rates and a batch twice as large, of adam alone.
    expect(named('candidate').map(({ name }) => name)).toEqual(new Array(6).fill('adam'));
    expect(named('candidate').at(-1)!.batch).toBe(16);
    expect(named('trial').map(({ name, seed }) => `${name} ${seed}`)).toEqual([
      'auto 0',
      'adam 0',
      'sgd(0.1) 0',
      'auto 1',
      'adam 1',
      'sgd(0.1) 1',
    ]);
    const { summaries, target } = told.at(-1) as unknown as {
      summaries: { name: string; trials: number; test: { mean: number } }[];
      target: number;
    };
    expect(summaries.map(({ name, trials }) => [name, trials])).toEqual([
      ['auto', 2],
      ['adam', 2],
      ['sgd(0.1)', 2],
    ]);
    expect(target).toBe(Math.max(summaries[1]!.test.mean, summaries[2]!.test.mean));
    const files = contents(join(home, 'both')).map((line) => line.split(' ')[0]);
    expect(files).toEqual(['comparison.json', 'report.html', 'trials.ndjson']);
    expect(readFileSync(join(home, 'both/trials.ndjson'), 'utf8').trim().split('\n')).toHaveLength(6);
    const page = readFileSync(join(home, 'both/report.html'), 'utf8');
    for (const text of ['auto', 'adam', 'sgd(0.1)', 'Test score, by time', 'seconds to'])
      expect(page).toContain(text);
    expect(page).not.toContain('NaN');
  });

  it('prints a table for people, and trains all methods on one objective', async () => {
    const { code, stdout } = await compare(
      '--methods auto,nesterov --no-tune --hidden 8 --sweeps 2 --trials 1 --rate-schedule linear --out people',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nmethod +test +train +s a sweep/);
    expect(stdout).toMatch(/\nnesterov .*rate 0\.05 falling linearly, batch 128, he\n/);
    expect(stdout).not.toContain('tuning');
    const saved = JSON.parse(readFileSync(join(home, 'people/comparison.json'), 'utf8'));
    const losses = saved.competitors.map(
      ({ config }: { config: { loss: string; smoothing: number } }) => `${config.loss} ${config.smoothing}`,
    );
    expect(new Set(losses)).toEqual(new Set(['softmaxCrossEntropy 0.1']));
  });

  const wrong: readonly (readonly [line: string, words: RegExp])[] = [
    ['--methods auto,perceptron', /"perceptron" is not a method; there are auto, proxLinear, /],
    ['--methods adam,adam', /named twice/],
    ['--methods sgd(fast)', /The setting rate is not valid/],
    ['--methods proxLinear(0.1)', /proxLinear has no learning rate/],
    ['--trials 0', /The number of trials is 0 where a whole number from 1 was expected/],
    ['--holdout 0', /no test samples/],
  ];
  it.each(wrong)('refuses %s in one sentence and leaves nothing', async (line, words) => {
    const args = `compare flowers.csv --target kind --out refused ${line}`.split(' ');
    const { code, stdout, stderr } = await inProcess(home, args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^ashlar: [^\n]*\.\n$/);
    expect(stderr).toMatch(words);
    expect(existsSync(join(home, 'refused'))).toBe(false);
  });
});

it('does not write over another comparison', async () => {
  const args = 'compare flowers.csv --target kind --out both --methods auto'.split(' ');
  const before = contents(join(home, 'both'));
  const { code, stderr } = await inProcess(home, args);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^ashlar: both already holds results \(comparison\.json\): [^\n]*\.\n$/);
  expect(contents(join(home, 'both'))).toEqual(before);
});

it('is interrupted after the sweep under way, and says so', async () => {
  const line = 'compare flowers.csv --target kind --methods sgd --no-tune --sweeps 100000 --out cut --json';
  let sent = false;
  const { code, stdout } = await ashlar(home, line.split(' '), (child, printed) => {
    if (!sent && printed.includes('"event":"sweep"')) sent = child.kill('SIGINT');
  });
  expect(code).toBe(130);
  expect(events(stdout).at(-1)).toMatchObject({ event: 'end', interrupted: true });
});

describe('reproduce', () => {
  it('draws the figure with the settings of the paper', async () => {
    const line = 'reproduce zlly-fig1 --samples 300 --sweeps 1 --out figure';
    const { code, stdout, stderr } = await ashlar(home, line.split(' '));
    expect(code).toBe(0);
    expect(stderr).toContain('The first weights lose the signal');
    for (const name of ['auto', 'threeSplitting', 'sgd(0.001)', 'sgd(0.01)', 'sgd(0.05)'])
      expect(stdout).toContain(`\n${name} `);
    expect(existsSync(join(home, 'figure/report.html'))).toBe(true);
  }, 120_000);

  it.each([
    ['bcd', /"bcd" is not a run of this figure; there are BCD, BCD-S,/],
    ['fenchel', /"fenchel" goes on from "proxLinear", which --only leaves out: name that one too\./],
  ])('refuses --only %s', async (names, message) => {
    const { code, stderr } = await inProcess(home, ['reproduce', 'zb-fig3', '--only', names]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('draws ZB Figure 3 with a machine on top of every network, and counts what is not 0', async () => {
    const line = 'reproduce zb-fig3 --samples 100 --sweeps 1 --out lifted --json';
    expect((await ashlar(home, line.split(' '))).code).toBe(0);
    const lines = readFileSync(join(home, 'lifted/trials.ndjson'), 'utf8').trim().split('\n');
    const trials = lines.map((text) => JSON.parse(text) as { name: string; nonzeros: number[] });
    const names = trials.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['BCD', 'BCD-S', 'BCD whole steps', 'proxLinear', 'fenchel', 'sgd']),
    );
    const share = (wanted: string): number[] => trials.find(({ name }) => name === wanted)!.nonzeros;
    expect(Math.min(...share('BCD').slice(0, -1))).toBeGreaterThan(0.9);
    expect(Math.max(...share('BCD-S').slice(0, -1))).toBeLessThan(0.9);
    expect(share('fenchel-S').slice(0, -1)).toEqual(share('proxLinear-S').slice(0, -1));
    expect(readFileSync(join(home, 'lifted/report.html'), 'utf8')).toContain('BCD-S');
  }, 300_000);
});
