import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeCodes } from '../../src/estimator/node/codeFile.ts';
import { randomCodes } from '../classify/hashing/randomCodes.ts';
import { temporaryFolder } from '../data/helpers.ts';
import { ashlar, contents, events, inProcess } from './command.ts';
import { flowersCsv, housesCsv, writeImages } from './samples.ts';

const home = temporaryFolder();
const run = (line: string) => ashlar(home, line.split(' '));
/** Tests that start several processes need it on a busy machine. */
const minutes = (count: number): number => count * 60_000;
const read = (file: string): string => readFileSync(join(home, file), 'utf8');

beforeAll(async () => {
  writeFileSync(join(home, 'flowers.csv'), flowersCsv());
  writeFileSync(join(home, 'houses.csv'), housesCsv());
  writeImages(join(home, 'images'), { train: 60, test: 12 });
  const { codes } = randomCodes(3, 32, 1);
  await writeCodes(join(home, 'bare.codes'), { codes });
  await writeCodes(join(home, 'empty.codes'), {
    codes: { ...codes, count: 0, words: new Uint32Array() },
    labels: new Uint32Array(),
    classes: ['0', '1'],
  });
  const trained = await run(
    'hash train mnist --samples 500 --hidden 64x2 --bits 32 --sweeps 20 --out run --json',
  );
  expect(trained).toMatchObject({ code: 0 });
  expect(events(trained.stdout)[0]).toMatchObject({ event: 'start', widths: [784, 64, 64, 32] });
}, minutes(4));

describe('hash', () => {
  it(
    'trains, encodes, searches and evaluates digits',
    async () => {
      const files = contents(join(home, 'run')).map((line) => line.split(' ')[0]);
      expect(files).toEqual([
        'checkpoint.safetensors',
        'config.json',
        'metrics.ndjson',
        'model.onnx',
        'report.html',
      ]);
      expect(await run('hash encode run/model.onnx mnist -o digits.codes')).toMatchObject({
        code: 0,
        stderr: '',
      });
      const found = await run('hash search digits.codes digits.codes -k 2 -o found.csv --json');
      expect(JSON.parse(found.stdout)).toMatchObject({ queries: 10_000, indexed: 10_000, k: 2 });
      const [header, first] = read('found.csv').split('\n');
      expect(header).toBe('query,rank,place,distance,class');
      // The first of the nearest has the same code, if it is not the query itself.
      expect(first).toMatch(/^0,1,\d+,0,\d$/);

      const measured = await run('hash evaluate digits.codes digits.codes --out measured --json');
      expect(measured).toMatchObject({ code: 0, stderr: '' });
      const { codes } = JSON.parse(measured.stdout);
      expect(codes[0]).toMatchObject({ bits: 32, queries: 10_000, indexed: 10_000, k: 100 });
      expect(codes[0].meanAveragePrecision).toBeGreaterThan(0.5);
      expect(contents(join(home, 'measured')).map((line) => line.split(' ')[0])).toEqual([
        'hashing.json',
        'report.html',
      ]);
      expect(read('measured/report.html')).toContain('Precision by recall');
      expect(read('measured/report.html')).not.toContain('NaN');
    },
    minutes(4),
  );

  it(
    'measures a model on the two parts of a set, beside the codes of a classifier',
    async () => {
      await run('hash train images --hidden 8 --bits 16 --sweeps 30 --out small');
      await run('train images --hidden 8 --sweeps 30 --out classifier');
      const line =
        'hash evaluate small/model.onnx images --baseline classifier/model.onnx -k 20 --out beside';
      const { code, stdout, stderr } = await run(line);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^12 queries, 60 codes searched\n\ncodes +bits +mAP +P@20 /);
      for (const name of ['codes', 'predicted class', 'class scores'])
        expect(stdout).toMatch(new RegExp(`\\n${name} +\\d+ +[01]\\.\\d{4}`));
      expect(stdout).toMatch(/\nbeside\/report\.html, hashing\.json\n$/);
    },
    minutes(4),
  );

  it(
    'learns codes of the classes of a table, and keeps them where the table has them',
    async () => {
      await run('hash train flowers.csv --target kind --hidden 8 --bits 16 --sweeps 30 --out table');
      const bare = flowersCsv()
        .split('\n')
        .map((line) => line.split(',').slice(0, 2).join(','))
        .join('\n');
      writeFileSync(join(home, 'unknown.csv'), bare);
      expect((await run('hash encode table/model.onnx flowers.csv -o flowers.codes')).stdout).toMatch(
        /^40 codes of 16 bits with their classes in flowers\.codes, /,
      );
      expect((await run('hash encode table/model.onnx unknown.csv -o unknown.codes')).stdout).toMatch(
        /^40 codes of 16 bits in unknown\.codes, /,
      );
      const { stdout } = await run('hash evaluate flowers.codes flowers.codes -k 10 --out of-table --json');
      expect(JSON.parse(stdout).codes[0].meanAveragePrecision).toBeGreaterThan(0.9);
    },
    minutes(4),
  );
});

describe('reproduce zb-hashing', () => {
  it('trains and measures all lengths and the baselines', async () => {
    const line =
      'reproduce zb-hashing --data images --hidden 8x2 --bits 16,20 -k 10 --sweeps 20 --out study --json';
    const { code, stdout } = await run(line);
    expect(code).toBe(0);
    const told = events(stdout);
    expect(told.map(({ event }) => event)).toEqual(['start', 'codes', 'codes', 'codes', 'codes', 'end']);
    expect(told.slice(1, 5).map(({ name, bits }) => [name, bits])).toEqual([
      ['trained codes', 16],
      ['trained codes', 20],
      ['predicted class', 3],
      ['class scores', 3],
    ]);
    expect(read('study/report.html')).toContain('predicted class, 3 bits');
    expect(existsSync(join(home, 'study/hashing.json'))).toBe(true);
  });
});

const wrong: readonly (readonly [line: string, words: RegExp])[] = [
  ['hash train images --bits 8', /length of a code is 8 bits where a whole number from 16 to 128/],
  ['hash train images --bits 129', /length of a code is 129 bits/],
  ['hash train images --bits 20.5', /length of a code is 20\.5 bits/],
  ['hash train images --bits many', /"many" is not a number/],
  ['hash train', /No data were named/],
  ['hash train houses.csv --target price --hidden 4', /target of houses\.csv is for regression where codes/],
  ['hash train images --smoothing 0.1 --hidden 4', /squared for regression has no class targets/],
  ['hash train images --hidden 4 --classifier linearSvm', /classifier/],
  ['hash encode run/model.onnx images -o out', /The data have 9 inputs a sample where the model expects 784/],
  ['hash encode run/model.onnx images', /required option '-o, --output <file>' not specified/],
  [
    'hash search bare.codes bare.codes -k 4 -o out',
    /4 neighbours were asked for where the index has 3 codes/,
  ],
  ['hash search bare.codes bare.codes -k 0 -o out', /0 neighbours/],
  ['hash search empty.codes bare.codes -o out', /index holds no codes where at least one/],
  ['hash search bare.codes empty.codes -o out', /There are no queries/],
  [
    'hash search bare.codes short.codes -o out',
    /queries have codes of 16 bits where the index has codes of 32/,
  ],
  ['hash search houses.csv bare.codes -o out', /houses\.csv is not a file of codes/],
  ['hash search nowhere bare.codes -o out', /"nowhere" cannot be read/],
  ['hash evaluate bare.codes bare.codes -k 2', /bare\.codes has codes without classes/],
  ['hash evaluate empty.codes empty.codes', /0 codes|holds no codes/],
  ['hash evaluate short.codes short.codes -k 3 --baseline run/model.onnx', /was given with files of codes/],
  ['hash evaluate short.codes short.codes --out run -k 2', /run already holds results \(config\.json\)/],
  ['hash evaluate run/model.onnx nowhere', /"nowhere" is neither a known data set/],
  ['hash sort', /unknown command 'sort'/],
  ['hash train images --bit 16', /unknown option '--bit' \(Did you mean --bits\?\)/],
  ['reproduce zb-hashing --data images --bits 4', /length of a code is 4 bits/],
  ['reproduce zb-hashing --data nowhere --hidden 4 --bits 16', /"nowhere" is neither a known data set/],
];

describe('what is wrong is told in one line with code 2 and nothing written:', () => {
  beforeAll(async () => {
    await writeCodes(join(home, 'short.codes'), {
      codes: randomCodes(3, 16, 1).codes,
      labels: Uint32Array.of(0, 1, 0),
      classes: ['a', 'b'],
    });
  });

  it.each(wrong)('ashlar %s', async (line, words) => {
    const before = contents(home);
    const { code, stdout, stderr } = await inProcess(home, line.split(' '));
    expect(stderr).toMatch(/^ashlar: [^\n]+\n$/);
    expect(stderr).toMatch(words);
    expect(code).toBe(2);
    expect(contents(home)).toEqual(before);
    expect(stdout).toBe('');
  });
});
