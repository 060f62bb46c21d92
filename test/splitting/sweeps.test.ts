import { afterAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/algebra/engine.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';
import type { Problem } from '../../src/problem/problem.ts';
import type { BlockMethod } from '../../src/splitting/method.ts';
import { orderBlocks } from '../../src/splitting/order.ts';
import { onnx } from '../engine/onnxEngines.ts';
import { draw } from '../oracle/draw.ts';
import { expectClose } from '../oracle/expectClose.ts';
import type { ProblemOptions } from '../problem/smallProblems.ts';
import { closedForm, descentSlack, engineAgreement } from '../tolerance.ts';
import { descend, forwardState, methodCases, posed, totalOf, updatedBy, withAlpha } from './cases.ts';

const sweeps = 20;
const alpha = withAlpha({ V: 1, U: 0.3, W: 0.5 });
const options: ProblemOptions = {
  widths: [4, 3, 4, 2],
  gamma: [1, 0.4, 2],
  weights: ['squaredL2', 0.1],
  states: ['squaredL2', 0.05],
};

function orders(method: BlockMethod, problem: Problem): string[] {
  const names = method.blocks(problem, alpha).map(({ name }) => name);
  return ['backward', 'forward', draw(4).shuffle(names).join(' '), draw(9).shuffle(names).join(' ')];
}

async function expectDescent(
  engine: Engine,
  method: BlockMethod,
  problem: Problem,
  order: string,
): Promise<void> {
  const blocks = orderBlocks(method.blocks(problem, alpha), order);
  const descent = await descend(engine, problem, blocks, await forwardState(engine, problem, { n: 20 }));
  const a = method.descentConstant(problem, alpha, 1);
  expect(a).toBeGreaterThan(0);
  const tolerance = engine.precision === 'float64' ? closedForm : engineAgreement.float32;
  const first = totalOf(await descent.measure());
  let before = first;
  for (let k = 1; k <= sweeps; k++) {
    const measured = await descent.measure();
    const { terms, movement } = await descent.sweep();
    expect(Object.keys(terms).sort()).toEqual(Object.keys(measured).sort());
    for (const [name, value] of Object.entries(measured))
      expectClose([terms[name]!], [value], tolerance, `${name} of sweep ${k}`);
    expect(Object.keys(movement).sort()).toEqual(blocks.flatMap(updatedBy).sort());
    const after = totalOf(await descent.measure());
    const slack = descentSlack(engine.precision, before);
    expect(before - after, `decrease in sweep ${k}`).toBeGreaterThanOrEqual(a * totalOf(movement) - slack);
    before = after;
  }
  expect(before).toBeLessThan(0.9 * first);
}

describe.each(methodCases)('sweeps of $name', (one) => {
  const { method } = one;
  const problem = posed(one, options);

  it.each(orders(method, problem))('descend as Lemma 7 says, in the order %s', async (order) => {
    await expectDescent(referenceEngine(), method, problem, order);
  });
});

const few = methodCases.filter(({ activation }) => activation.name === 'relu');

describe.each(['float64', 'float32'] as const)('sweeps in %s ONNX', (precision) => {
  const engine = onnx(precision);
  afterAll(() => engine.dispose());

  it.each(few)('descend as Lemma 7 says: $name', async (one) => {
    await expectDescent(engine, one.method, posed(one, options), 'backward');
  });
});
