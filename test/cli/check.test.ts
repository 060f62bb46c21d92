import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inProcess } from './command.ts';
import { writeImages } from './samples.ts';

const home = mkdtempSync(join(tmpdir(), 'ashlar-check-'));
afterAll(() => rmSync(home, { recursive: true }));
writeImages(join(home, 'images'), { train: 12, test: 6 });

const check = async (options: string): Promise<string> => {
  const { code, stdout, stderr } = await inProcess(home, [
    'check',
    'images',
    ...options.split(' ').filter(Boolean),
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};

describe('ashlar check', () => {
  it.each([
    [
      '--hidden 3',
      /ZLLY Theorem 1 holds as long as the iterates stay bounded/,
      /a = 0\.5\.\n.* b = [\d.e+]+ for/,
    ],
    ['--hidden 3 --weight-regularizer l1:0.1', /ZLLY Theorem 1 holds: from any start/, /r = l1 is coercive/],
    [
      '--hidden 3x2 --residual',
      /ZLLY Theorem 3 holds as long/,
      /3x2-\d+, residual, relu, loss squared, threeSplitting/,
    ],
    [
      '--output-update proxLinear',
      /ZLLY Theorem 2 holds as long/,
      /Lipschitz constant 1, and alpha of V_2, 5,/,
    ],
    ['--preset mac', /only the descent is certain/, /a = 2\.5\.\nNo b is stated/],
  ])('says for %s what is promised', async (options, verdict, detail) => {
    const text = await check(options);
    expect(text).toMatch(verdict);
    expect(text).toMatch(detail);
  });

  it('prints one JSON object when asked', async () => {
    const answer = JSON.parse(await check('--hidden 3 --json'));
    expect(answer).toMatchObject({
      theorem: 'ZLLY Theorem 1',
      verdict: 'holds where bounded',
      descentConstant: 0.5,
    });
    expect(answer.hypotheses.map(({ holds }: { holds: boolean }) => holds)).toContain(false);
  });
});
