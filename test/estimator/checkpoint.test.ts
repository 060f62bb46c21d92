import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/algebra/errors.ts';
import { gather } from '../../src/algebra/samples.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import { openCheckpoint } from '../../src/estimator/node/checkpoint.ts';
import { exportOnnx } from '../../src/models/onnxModel.ts';
import { encodeSafetensors } from '../../src/models/safetensors.ts';
import { temporaryFolder } from '../data/helpers.ts';
import { onnx } from '../engine/onnxEngines.ts';
import { classifier } from '../models/smallModels.ts';
import { configOf, load, type Run, run, save } from './runs.ts';

const folder = temporaryFolder();
const good = join(folder, 'good.safetensors');
const engine = referenceEngine();
const config = configOf(engine, { sweeps: 2, validation: 0.2, gamma: [1, 0.5, 2] });
let saved: Run;
let bytes: Uint8Array;

beforeAll(async () => {
  saved = await run(engine, config);
  await save(good, config, saved);
  bytes = await readFile(good);
});

async function complaint(of: Promise<unknown>): Promise<string> {
  const error = await of.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error !== undefined && !(error instanceof UserError)) throw error;
  return error?.message ?? 'none';
}

/** What opening and reading a file with these bytes says. */
async function said(of: Uint8Array): Promise<string> {
  const path = join(folder, 'other.safetensors');
  await writeFile(path, of);
  return complaint(load(path));
}

describe('a checkpoint', () => {
  it.each(['float32', 'float64'] as const)('gives back all numbers to the bit, in %s', async (precision) => {
    const path = join(folder, precision);
    const of = configOf(onnx(precision), { sweeps: 2 });
    const one = await run(onnx(precision), of);
    await save(path, of, one);
    const { weights, samples } = await load(path);
    expect(weights).toEqual(one.training.state.weights);
    const { V0: _, Y: __, ...states } = one.training.state.samples;
    expect(Object.keys(samples!).sort()).toEqual(Object.keys(states).sort());
    for (const [name, state] of Object.entries(states)) {
      expect(samples![name]!.width).toBe(state.width);
      expect(samples![name]!.chunks.map((chunk) => chunk.length)).toEqual(state.chunks.map((c) => c.length));
      expect(gather(samples![name]!)).toEqual(gather(state));
    }
  });

  it('tells what it is of', async () => {
    const { facts } = await openCheckpoint(good);
    const { sweep, score } = saved.solution.best!;
    expect(facts).toEqual({
      data: { source: 'tiny' },
      config,
      widths: [2, 7, 5, 2],
      samples: 48,
      records: JSON.parse(JSON.stringify(saved.solution.records)),
      best: { sweep, score },
    });
  });

  it('is written whole: no other file stands beside it', async () => {
    expect(await readdir(folder)).not.toContain('good.safetensors.part');
  });

  it('takes the place of an older one', async () => {
    const path = join(folder, 'twice');
    await copyFile(good, path);
    const one = await run(engine, { ...config, sweeps: 1 });
    await save(path, config, one);
    expect((await load(path)).weights).toEqual(one.solution.weights);
  });
});

describe('a file that is no sound checkpoint is refused in a sentence', () => {
  it('when it is missing', async () => {
    expect(await complaint(load(join(folder, 'none')))).toMatch(/none cannot be opened: [^\n]+\.$/);
  });

  it('when it is a folder', async () => {
    expect(await complaint(load(folder))).toMatch(/cannot be opened: [^\n]+\.$/);
  });

  it('when it is cut short anywhere', async () => {
    const lengths = fc.integer({ min: 0, max: bytes.length - 1 });
    await fc.assert(
      fc.asyncProperty(lengths, async (length) => {
        expect(await said(bytes.subarray(0, length))).toMatch(
          /^[^\n]+(is not a checkpoint|damaged)[^\n]+\.$/,
        );
      }),
      { seed: 1, numRuns: 60, examples: [[0], [7], [8], [bytes.length - 1]] },
    );
  });

  it('when bytes follow', async () => {
    expect(await said(Uint8Array.of(...bytes, 0))).toMatch(
      /bytes where its header promises \d+: the file is damaged/,
    );
  });

  it('when it is of another kind', async () => {
    expect(await said(exportOnnx(classifier()))).toContain('is not a checkpoint');
    expect(await said(new TextEncoder().encode('{"a": "text that is long enough"}'))).toContain(
      'is not a checkpoint',
    );
  });

  it('when another program wrote it', async () => {
    const pieces = encodeSafetensors([{ name: 'W1', shape: [1], parts: [Float32Array.of(1)] }], {
      format: 'pt',
    });
    expect(await said(joined(pieces))).toContain('its description cannot be read');
  });

  it.each([
    ['a tensor has another name', '"W2"', '"X2"', 'does not hold the float64 numbers of W2, 5 x 7'],
    ['the best weights are not there', '"best b1"', '"east b1"', 'best b1, 7'],
    ['a state has another name', '"U3"', '"u3"', 'numbers of U3, 48 x 2'],
    [
      'a shape is another of the same size',
      '"W2":{"dtype":"F64","shape":[5,7]',
      '"W2":{"dtype":"F64","shape":[7,5]',
      'W2, 5 x 7',
    ],
    [
      'its description is of another network',
      '\\"widths\\":[2,7,5,2]',
      '\\"widths\\":[2,7,6,2]',
      'W2, 6 x 7',
    ],
    ['its configuration is not valid', '\\"sweeps\\":2', '\\"sweeps\\":0', 'its description cannot be read'],
  ])('when %s', async (_, text, other, words) => {
    const latin = Buffer.from(bytes).toString('latin1');
    expect(latin.split(text).length).toBe(2);
    expect(await said(Buffer.from(latin.replace(text, other), 'latin1'))).toContain(words);
  });

  it('or read, when bytes of its header are changed', async () => {
    const end = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
    const changes = fc.array(fc.tuple(fc.nat(end - 1), fc.nat(255)), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(changes, async (list) => {
        const changed = bytes.slice();
        for (const [at, byte] of list) changed[at] = byte;
        expect(await said(changed)).toMatch(/^none$|^[^\n]+\.$/);
      }),
      { seed: 2, numRuns: 300 },
    );
  });
});

function joined(pieces: Iterable<Uint8Array>): Uint8Array {
  return Buffer.concat([...pieces]);
}
