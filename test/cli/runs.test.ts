import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../data/helpers.ts';
import { ashlar, contents, type Event, events, inProcess, weightsIn } from './command.ts';
import { flowersCsv } from './samples.ts';

const home = temporaryFolder();
const train = (more: string): string[] =>
  `train flowers.csv --target kind --method threeSplitting --hidden 6,4 --init he ${more} --json`.split(' ');
const weights = (run: string) => weightsIn(join(home, run));
const sweepsOf = (lines: readonly Event[]) =>
  lines.filter(({ event }) => event === 'sweep').map(({ sweep }) => sweep);
const metrics = (run: string): number[] =>
  readFileSync(join(home, run, 'metrics.ndjson'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).sweep);
const upTo = (last: number): number[] => Array.from({ length: last + 1 }, (_, k) => k);

beforeAll(() => writeFileSync(join(home, 'flowers.csv'), flowersCsv()));

describe('a run that starts from a model', () => {
  it('begins with its weights and says so; resumed, it ends where an uninterrupted one does', async () => {
    for (const line of [
      train('--sweeps 2 --out base'),
      'train flowers.csv --target kind --start base/model.onnx --method fenchel --sweeps 2 --out lifted --json'.split(
        ' ',
      ),
      'train flowers.csv --target kind --start base/model.onnx --method fenchel --sweeps 4 --out longer --json'.split(
        ' ',
      ),
      'train --resume lifted --sweeps 4 --json'.split(' '),
    ])
      expect(await inProcess(home, line), line.join(' ')).toMatchObject({ code: 0, stderr: '' });
    expect(weights('lifted')).toEqual(weights('longer'));
    const config = JSON.parse(readFileSync(join(home, 'lifted/config.json'), 'utf8'));
    expect(config).toMatchObject({ start: 'base/model.onnx', hidden: [6, 4], method: 'fenchel' });
    expect(readFileSync(join(home, 'lifted/report.html'), 'utf8')).toContain('base/model.onnx');
  });
});

describe('a run that is interrupted', () => {
  it('finishes its sweep, saves and ends with 130; resumed, it ends where an uninterrupted one does', async () => {
    let sent = false;
    const cut = await ashlar(home, train('--sweeps 100000 --out cut --validation 0.2'), (child, stdout) => {
      if (!sent && stdout.includes('"sweep":3,')) sent = child.kill('SIGINT');
    });
    expect(cut.code).toBe(130);
    expect(cut.stderr).toBe(
      'Interrupted: this sweep is finished and saved; press Ctrl-C again to leave at once.\n',
    );
    const lines = events(cut.stdout);
    const done = lines.at(-1)!.sweeps as number;
    expect(lines.at(-1)).toMatchObject({ event: 'end', status: 'interrupted', out: 'cut' });
    expect(sweepsOf(lines)).toEqual(upTo(done));
    expect(metrics('cut')).toEqual(upTo(done));
    const evaluated = await inProcess(home, ['evaluate', 'cut/model.onnx', 'flowers.csv']);
    expect(evaluated.code).toBe(0);

    const all = done + 4;
    const resumed = await ashlar(home, `train --resume cut --sweeps ${all} --json`.split(' '));
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
    expect(sweepsOf(events(resumed.stdout))).toEqual(upTo(all).slice(done + 1));
    expect(metrics('cut')).toEqual(upTo(all));
    const whole = await ashlar(home, train(`--sweeps ${all} --out whole --validation 0.2`));
    expect(weights('cut')).toEqual(weights('whole'));
    const [one, two] = [resumed, whole].map(({ stdout }) => events(stdout).at(-1)!);
    for (const key of ['status', 'sweeps', 'bestSweep', 'train', 'validation', 'test'])
      expect(one![key], key).toEqual(two![key]);
  });

  it('may go on in another folder, and leaves the first as it was', async () => {
    const before = contents(join(home, 'whole'));
    const done = metrics('whole').at(-1)!;
    const { code, stdout } = await ashlar(
      home,
      `train flowers.csv --resume whole --out further --sweeps ${done + 1} --json`.split(' '),
    );
    expect(code).toBe(0);
    expect(events(stdout).at(-1)).toMatchObject({ sweeps: done + 1, out: 'further' });
    expect(contents(join(home, 'whole'))).toEqual(before);
    expect(metrics('further')).toEqual(upTo(done + 1));
  });
});

describe('a run with a time limit', () => {
  it('ends before the sweep that would exceed it', async () => {
    const { code, stdout } = await ashlar(home, train('--sweeps 1000000 --time 0.2s --out timed'));
    expect(code).toBe(0);
    expect(events(stdout).at(-1)).toMatchObject({ status: 'time limit', train: expect.anything() });
  });
});

describe('a run whose numbers overflow', () => {
  it('ends with 1, names the block and keeps a model that is finite', async () => {
    const { code, stdout, stderr } = await ashlar(home, train('--gamma 1e300 --sweeps 3 --out wild'));
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const end = events(stdout).at(-1)!;
    expect(end.status).toBe('not finite');
    expect(end.sentence).toMatch(/In sweep 1, a number that is not finite appeared in [UVW]\d; /);
    const numbers = JSON.stringify(weights('wild'));
    expect(numbers).not.toContain('null');
    expect((await inProcess(home, ['inspect', 'wild/model.onnx'])).code).toBe(0);
  });
});

describe('a run whose reader leaves', () => {
  it('goes on and is saved', async () => {
    const { code, stderr } = await ashlar(home, train('--sweeps 40 --out alone'), (child) => {
      child.stdout!.destroy();
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(metrics('alone')).toEqual(upTo(40));
    expect(contents(join(home, 'alone')).join()).toContain('model.onnx');
  });
});
