import { describe, expect, it } from 'vitest';
import { matrix } from '../../src/algebra/tensor.ts';
import { graphOf } from '../../src/engine/onnx/onnxEngine.ts';
import { nodeRuntime } from '../../src/engine/onnx/runtimeNode.ts';

const runtime = nodeRuntime({ threads: 1 });
const width = 1000;
const { bytes } = graphOf(
  {
    name: 'doubled',
    inputs: { a: ['n', width] },
    build: (o, { a }) => ({ b: o.add(a!, a!) }),
  },
  'float32',
);

function counted(rows: number): Float32Array {
  return Float32Array.from({ length: rows * width }, (_, i) => i % 97);
}

describe('ONNX Runtime in Node', () => {
  it('says which one it is', () => {
    expect(runtime.name).toMatch(/^onnxruntime \d+\.\d+\.\d+, 1 thread$/);
    expect(nodeRuntime({ threads: 2 }).name).toMatch(/, 2 threads$/);
  });

  it('writes outputs where they shall be and allocates no other arrays', async () => {
    const session = await runtime.load(bytes);
    const rows = 1000;
    const [a, b] = [counted(rows), new Float32Array(rows * width)];
    const run = (): Promise<void> =>
      session.run({ a: matrix(rows, width, a) }, { b: matrix(rows, width, b) });
    await run();
    const before = process.memoryUsage().arrayBuffers;
    for (let k = 0; k < 5; k++) await run();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(b.byteLength / 2);
    expect(b).toEqual(a.map((value) => 2 * value));
    await session.dispose();
  });

  it('reads and writes parts of arrays', async () => {
    const session = await runtime.load(bytes);
    const [a, b] = [counted(3), new Float32Array(3 * width)];
    await session.run(
      { a: matrix(1, width, a.subarray(width, 2 * width)) },
      { b: matrix(1, width, b.subarray(2 * width)) },
    );
    expect(b.subarray(0, 2 * width).every((value) => value === 0)).toBe(true);
    expect(b.subarray(2 * width)).toEqual(a.subarray(width, 2 * width).map((value) => 2 * value));
    await session.dispose();
  });

  it('throws the message of the runtime and can go on', async () => {
    const session = await runtime.load(bytes);
    const b = new Float32Array(width);
    const wrong = matrix(1, width - 1, new Float32Array(width - 1));
    await expect(session.run({ a: wrong }, { b: matrix(1, width, b) })).rejects.toThrow(
      /a.*Got: 999 Expected: 1000/s,
    );
    await session.run({ a: matrix(1, width, counted(1)) }, { b: matrix(1, width, b) });
    expect(b).toEqual(counted(1).map((value) => 2 * value));
    await session.dispose();
  });

  it('refuses what is no model, and loads the next one', async () => {
    await expect(runtime.load(Uint8Array.of(1, 2, 3))).rejects.toThrow(/protobuf/i);
    const session = await runtime.load(bytes);
    await session.dispose();
    const again = await runtime.load(bytes);
    const b = new Float32Array(width);
    await again.run({ a: matrix(1, width, counted(1)) }, { b: matrix(1, width, b) });
    expect(b[3]).toBe(6);
    await again.dispose();
  });

  it('does not run when it has been disposed of, not even if it was asked to before', async () => {
    const session = await runtime.load(bytes);
    const run = (): Promise<void> =>
      session.run({ a: matrix(1, width, counted(1)) }, { b: matrix(1, width, new Float32Array(width)) });
    const asked = run();
    await session.dispose();
    await expect(asked).rejects.toThrow(/has been disposed of/);
    await expect(run()).rejects.toThrow(/has been disposed of/);
    await session.dispose();
  });

  it('lets what waits have its turn before a run', async () => {
    const session = await runtime.load(bytes);
    const turns: string[] = [];
    setImmediate(() => turns.push('waiting'));
    await session.run({ a: matrix(1, width, counted(1)) }, { b: matrix(1, width, new Float32Array(width)) });
    turns.push('run');
    expect(turns).toEqual(['waiting', 'run']);
    await session.dispose();
  });
});
