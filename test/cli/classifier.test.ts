import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../data/helpers.ts';
import { events, inProcess, weightsIn } from './command.ts';
import { flowersCsv, housesCsv, writeImages } from './samples.ts';

const home = temporaryFolder();
const train = (more: string): Promise<Awaited<ReturnType<typeof inProcess>>> =>
  inProcess(home, `train ${more}`.split(' '));

beforeAll(() => {
  writeFileSync(join(home, 'flowers.csv'), flowersCsv());
  writeFileSync(join(home, 'houses.csv'), housesCsv());
  writeImages(join(home, 'images'), { train: 60, test: 12 });
});

describe('train --classifier', () => {
  it.each(['svm', 'ridge'])(
    '%s tells of the network before and after, and its model holds it',
    async (name) => {
      const settings = 'images --hidden 8 --sweeps 2';
      const { code, stdout } = await train(`${settings} --classifier ${name} --out ${name} --json`);
      expect(code).toBe(0);
      const plain = events((await train(`${settings} --out ${name}-plain --json`)).stdout).at(-1)!;
      const end = events(stdout).at(-1)! as Record<string, unknown>;
      expect(plain).not.toHaveProperty('classifier');
      expect(end.classifier).toEqual({
        name,
        C: expect.any(Number),
        before: { train: plain.train, test: plain.test },
      });
      const evaluated = await inProcess(home, ['evaluate', `${name}/model.onnx`, 'images', '--json']);
      expect(JSON.parse(evaluated.stdout).accuracy).toBe((end.test as { accuracy: number }).accuracy);
      expect(weightsIn(join(home, name))[0]).toEqual(weightsIn(join(home, `${name}-plain`))[0]);
      const report = readFileSync(join(home, name, 'report.html'), 'utf8');
      expect(report).toContain(`${name} on the features of the last hidden layer, C = `);
      expect(report).toContain('test score before the classifier');
    },
  );

  it('prints both scores for people', async () => {
    const { stdout } = await train(
      'flowers.csv --target kind --hidden 6 --sweeps 2 --classifier svm --classifier-c 0.5 --out people',
    );
    expect(stdout).toMatch(
      /\nThe last layer is retrained: svm, C = 0.5. Before: train \d+\.\d\d %, test \d+\.\d\d %; now:\ntrain \d+\.\d\d %, test/,
    );
  });

  it('can be asked for, changed and left out when a run goes on', async () => {
    await train('images --hidden 8 --sweeps 2 --out first --classifier svm --classifier-c 2');
    const resumed = async (more: string) => {
      const { code, stdout } = await train(
        `--resume first --out again${more.replace(/\W/g, '')} --json ${more}`.trim(),
      );
      expect(code).toBe(0);
      return events(stdout).at(-1)!.classifier;
    };
    expect(await resumed('--sweeps 3')).toMatchObject({ name: 'svm', C: 2 });
    expect(await resumed('--classifier-c 3')).toMatchObject({ name: 'svm', C: 3 });
    expect(await resumed('--classifier ridge')).toMatchObject({ name: 'ridge' });
    expect(await resumed('--classifier none')).toBeUndefined();
  });

  it.each([
    ['images --classifier forest', /Allowed choices are none, ridge, svm/],
    ['images --classifier svm --classifier-c 0', /classifierC is not valid: 0 is not positive/],
    ['images --classifier-c 1', /classifier is none/],
    ['houses.csv --target price --classifier svm', /the target is for regression/],
  ])('refuses %s in a sentence', async (line, sentence) => {
    const { code, stderr } = await train(`${line} --hidden 4 --sweeps 1`);
    expect(code).toBe(2);
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
