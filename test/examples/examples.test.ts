import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const loader = createRequire(import.meta.url).resolve('tsx');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ashlar-examples-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(name: string): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)('node', ['--import', loader, join(examples, name)], {
    cwd: folder,
  });
  expect(stderr).toBe('');
  return stdout;
}

describe('examples', () => {
  it('regression.ts learns the curve', async () => {
    const r2 = Number(/R2 on the training points: (.*)/.exec(await run('regression.ts'))![1]);
    expect(r2).toBeGreaterThan(0.9);
  });

  it('certificate.ts shows guarantees that hold', async () => {
    const lines = (await run('certificate.ts')).trim().split('\n').slice(1);
    expect(lines).toHaveLength(20);
    for (const line of lines) {
      const [, ratio, residual, bound] = /descent\/a (\S+)\tresidual (\S+) <= (\S+)/.exec(line)!.map(Number);
      expect(ratio).toBeGreaterThanOrEqual(1);
      expect(residual).toBeLessThanOrEqual(bound!);
    }
  });

  it('graph.ts writes a graph', async () => {
    expect(await run('graph.ts')).toMatch(/prox-of-relu\.onnx: \d+ bytes, output u \[n,3\]/);
  });
});
