import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/algebra/errors.ts';
import { cifar10, classNames } from '../../src/data/cifar10.ts';
import { openSource } from '../../src/data/node/sources.ts';
import { complaint, expectValid, rejection, sentence, temporaryFolder } from './helpers.ts';

const record = 3073;
const names = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];

/** A record for each label; its first pixels count the records. */
function binary(labels: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(labels.length * record);
  for (const [i, label] of labels.entries()) bytes.set([label, i, 255], i * record);
  return bytes;
}

describe('cifar10', () => {
  it('puts the records of several files together, with pixels in [0, 1]', () => {
    const data = cifar10(
      [
        { where: 'a', bytes: binary([3, 0]) },
        { where: 'b', bytes: binary([9]) },
      ],
      names,
    );
    expectValid(data);
    expect(data).toMatchObject({ task: 'classification', kind: 'image', outputs: names });
    expect(data.inputs.shape).toEqual([3, 3072]);
    expect([...data.inputs.data.subarray(3072, 3075)]).toEqual([Math.fround(1 / 255), 1, 0]);
    expect([0, 1, 2].map((i) => data.targets.data.subarray(10 * i, 10 * i + 10).indexOf(1))).toEqual([
      3, 0, 9,
    ]);
  });

  it.each([
    ['an empty file', new Uint8Array(), /b has 0 bytes where records of 3073 bytes/],
    ['a truncated file', binary([1, 2]).subarray(1), /b has 6145 bytes .* truncated/],
    ['a label out of range', binary([1, 10]), /b has the label 10 in its record 2 where 0 to 9/],
  ])('refuses %s', (_, bytes, words) => {
    const good = { where: 'a', bytes: binary([1]) };
    expect(complaint(() => cifar10([good, { where: 'b', bytes }], names))).toMatch(words);
  });

  const nearly = fc
    .tuple(fc.array(fc.nat(12), { maxLength: 3 }), fc.integer({ min: -2, max: 2 }))
    .map(([labels, more]) => {
      const bytes = binary(labels);
      return more < 0
        ? bytes.subarray(0, Math.max(0, bytes.length + more))
        : Uint8Array.of(...bytes, ...new Array(more).fill(7));
    });
  it.each([
    ['arbitrary bytes', fc.uint8Array()],
    ['bytes that look like records', nearly],
  ])('reads or refuses %s', (_, bytes) => {
    fc.assert(
      fc.property(bytes, (given) => {
        try {
          expectValid(cifar10([{ where: 'x', bytes: given }], names));
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
          sentence(error);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('classNames', () => {
  it('reads ten names and looks past empty lines', () => {
    expect(classNames(`${names.join('\r\n')}\n\n`, 'x')).toEqual(names);
  });

  it.each([
    ['nine names', names.slice(1), /x has 9 class names where 10/],
    ['a name twice', names.with(3, 'bird'), /x has the class name "bird" twice/],
    ['none', [], /x has 0 class names/],
  ])('refuses %s', (_, list, words) => {
    expect(complaint(() => classNames(list.join('\n'), 'x'))).toMatch(words);
  });
});

describe('a folder of CIFAR-10', () => {
  const root = temporaryFolder();
  const folder = (name: string): string => {
    const path = join(root, name);
    mkdirSync(path);
    for (const batch of [1, 2, 3, 4, 5])
      writeFileSync(join(path, `data_batch_${batch}.bin`), binary([batch, (2 * batch) % 10]));
    writeFileSync(join(path, 'test_batch.bin'), binary([7, 8, 9]));
    writeFileSync(join(path, 'batches.meta.txt'), `${names.join('\n')}\n\n`);
    return path;
  };

  it('is recognised and read, training batches in their order', async () => {
    const { train, test } = await openSource(folder('whole'));
    expectValid(train);
    expectValid(test!);
    expect([train.inputs.shape, test!.inputs.shape]).toEqual([
      [10, 3072],
      [3, 3072],
    ]);
    expect(test!.outputs).toEqual(names);
    expect(train.targets.data.subarray(40, 50).indexOf(1)).toBe(3);
  });

  it('says what is missing and what is broken', async () => {
    const path = folder('broken');
    const batch = join(path, 'data_batch_4.bin');
    writeFileSync(batch, readFileSync(batch).subarray(1));
    expect(await rejection(openSource(path))).toMatch(/data_batch_4\.bin has 6145 bytes/);
    rmSync(batch);
    rmSync(join(path, 'batches.meta.txt'));
    expect(await rejection(openSource(path))).toMatch(
      /broken does not hold data_batch_4\.bin, batches\.meta\.txt where all 7 files/,
    );
  });

  it('refuses the options of tables', async () => {
    expect(await rejection(openSource(folder('options'), { target: 'y' }))).toMatch(
      /the target "y" was given/,
    );
  });
});
