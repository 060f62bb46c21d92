import { afterAll, describe, expect, it } from 'vitest';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import type { State } from '../../src/splitting/descent.ts';
import { NotFinite } from '../../src/splitting/notFinite.ts';
import { orderBlocks } from '../../src/splitting/order.ts';
import { onnx } from '../engine/onnxEngines.ts';
import { problemOf } from '../problem/smallProblems.ts';
import { descend, forwardState, methodCases, ones } from './cases.ts';

const engines = { reference: referenceEngine(), float32: onnx('float32'), float64: onnx('float64') };
const { method, activation, loss } = methodCases.find(({ name }) => name.includes('relu'))!;
const problem = problemOf(activation, loss, { widths: [3, 4, 2] });

/** What is spoilt, in which order the blocks run, and the first block that shows it. */
const cases: readonly { spoilt: string; order: string; block: string }[] = [
  { spoilt: 'Y', order: 'backward', block: 'V2' },
  { spoilt: 'Y', order: 'forward', block: 'V2' },
  { spoilt: 'U2', order: 'backward', block: 'V2' },
  { spoilt: 'U2', order: 'U2 V2 W2 V1 U1 W1', block: 'U2' },
  { spoilt: 'U1', order: 'backward', block: 'V1' },
  { spoilt: 'V1', order: 'backward', block: 'U2' },
  { spoilt: 'V1', order: 'W2 V1 U1 W1 V2 U2', block: 'W2' },
  { spoilt: 'V0', order: 'backward', block: 'U1' },
  { spoilt: 'V0', order: 'W1 V1 U1 V2 U2 W2', block: 'W1' },
];

describe.each(Object.entries(engines))('numbers that are not finite on %s', (_, engine) => {
  afterAll(() => engine.dispose());

  describe.each([Number.NaN, Number.POSITIVE_INFINITY])('%d', (value) => {
    it.each(cases)('in $spoilt stops the order "$order" at $block', async ({ spoilt, order, block }) => {
      const state = await forwardState(engine, problem);
      spoil(state, spoilt, value);
      const logged: string[] = [];
      const blocks = orderBlocks(method.blocks(problem, ones), order);
      const descent = await descend(engine, problem, blocks, state, (message) => logged.push(message));
      const error = await descent.sweep().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(NotFinite);
      expect((error as NotFinite).block).toBe(block);
      expect((error as NotFinite).message).toContain(block);
      expect(logged).toEqual([]);
    });
  });
});

/** One number in the last chunk. */
function spoil(state: State, name: string, value: number): void {
  const chunk = state.samples[name]!.chunks.at(-1)!;
  chunk[chunk.length - 1] = value;
}
