import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, vi } from 'vitest';
import { importOnnx } from '../../src/models/onnxModel.ts';

const loader = new URL('../../node_modules/tsx/dist/loader.mjs', import.meta.url).href;
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command as a user starts it; `meddle` is given the process and what it has printed so far. */
export function ashlar(
  cwd: string,
  args: readonly string[],
  meddle: (child: ChildProcess, stdout: string) => void = () => {},
): Promise<Outcome> {
  const child = spawn(process.execPath, ['--import', loader, main, ...args], { cwd });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    meddle(child, stdout);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** The same program inside this process, for the many calls that train nothing: it saves starting Node each time. */
export async function inProcess(cwd: string, args: readonly string[]): Promise<Outcome> {
  const before = { argv: process.argv, cwd: process.cwd(), listeners: process.stdout.listeners('error') };
  const printed = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      printed[stream] += text;
      return true;
    }),
  );
  try {
    process.chdir(cwd);
    process.argv = [process.execPath, main, ...args];
    process.exitCode = undefined;
    vi.resetModules();
    await import('../../src/cli/main.ts');
    return { code: Number(process.exitCode ?? 0), ...printed };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = undefined;
    process.argv = before.argv;
    process.chdir(before.cwd);
    for (const listener of process.stdout.listeners('error'))
      if (!before.listeners.includes(listener)) process.stdout.off('error', listener as () => void);
  }
}

/** Every file and folder below a folder, with its size. */
export function contents(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true }) as string[];
  return names.map((name) => `${name} ${statSync(join(folder, name)).size}`).sort();
}

export type Event = { readonly event: string } & Readonly<Record<string, unknown>>;

/** The lines of `--json`: each must be an object, and nothing may stand between them. */
export function events(stdout: string): Event[] {
  expect(stdout).toMatch(/\n$/);
  return stdout
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
}

/** The weights in a run folder. */
export function weightsIn(folder: string): readonly unknown[] {
  const path = join(folder, 'model.onnx');
  return importOnnx(readFileSync(path), path).weights;
}
