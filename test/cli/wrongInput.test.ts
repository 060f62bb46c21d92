import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeIdx, temporaryFolder } from '../data/helpers.ts';
import { ashlar, contents, inProcess } from './command.ts';
import { flowersCsv, housesCsv, writeImages } from './samples.ts';

const home = temporaryFolder();
const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(home, name), content);

/** An image folder with one of its files spoilt. */
function spoiltImages(folder: string, file: string, spoil: (bytes: Uint8Array) => Uint8Array): void {
  writeImages(join(home, folder), { train: 12, test: 6 });
  const path = join(home, folder, file);
  writeFileSync(path, spoil(readFileSync(path)));
}

beforeAll(async () => {
  write('flowers.csv', flowersCsv());
  write('houses.csv', housesCsv());
  const lines = flowersCsv().split('\n');
  const spoilt = (line: number, text: string): string => lines.with(line - 1, text).join('\n');
  write('ragged.csv', spoilt(4, '5.5,rose'));
  write('words.csv', spoilt(7, '5.5,tall,rose'));
  write('holes.csv', spoilt(9, '5.5,,rose'));
  write('no-label.csv', spoilt(3, '5.5,1,'));
  write('one-kind.csv', flowersCsv().replaceAll('tulip', 'rose'));
  write('empty.csv', '');
  write('header.csv', 'length,height,kind\n');
  write('one-row.csv', `${lines.slice(0, 2).join('\n')}\n`);
  write('a-file', 'in the way');
  write('noise.onnx', 'these are not the bytes of a model');
  writeImages(join(home, 'images'), { train: 12, test: 6 });
  spoiltImages('cut', 'train-images-idx3-ubyte', (bytes) => bytes.subarray(0, -5));
  spoiltImages('magic', 't10k-labels-idx1-ubyte', (bytes) => bytes.with(0, 7));
  spoiltImages('mismatch', 'train-labels-idx1-ubyte', () => encodeIdx([11], new Uint8Array(11).fill(1, 3)));
  spoiltImages('one-class', 'train-labels-idx1-ubyte', () => encodeIdx([12], new Uint8Array(12)));
  mkdirSync(join(home, 'no-images'));
  const train = [
    'train',
    'flowers.csv',
    '--target',
    'kind',
    '--method',
    'threeSplitting',
    '--hidden',
    '3',
    '--sweeps',
    '1',
    '--out',
    'run',
  ];
  expect(await ashlar(home, train)).toMatchObject({ code: 0, stderr: '' });
  mkdirSync(join(home, 'damaged'));
  write(
    'damaged/checkpoint.safetensors',
    readFileSync(join(home, 'run/checkpoint.safetensors')).subarray(0, -1),
  );
});

type Case = readonly [arguments: string, sentence: RegExp];

const data: readonly Case[] = [
  ['train nowhere', /"nowhere" is neither a known data set .* nor an existing folder or file/],
  ['train nowhere.csv --target kind', /"nowhere\.csv" cannot be read \(it does not exist\)/],
  ['train no-images', /no-images does not hold train-images-idx3-ubyte/],
  ['train a-file', /a-file is a file whose name does not end in \.csv or \.tsv/],
  ['train cut', /cut\/train-images-idx3-ubyte has 103 bytes of data .* says 108: the file is truncated/],
  ['train magic', /magic\/t10k-labels-idx1-ubyte starts with the bytes 07 00/],
  [
    'train flowers.csv --target kind --out run',
    /run already holds a run: name another folder with --out, or go on/,
  ],
  ['train mismatch', /has 12 images where .*mismatch\/train-labels-idx1-ubyte has 11 labels/],
  ['train one-class', /one-class\/train-labels-idx1-ubyte has only the label 0/],
  ['train ragged.csv --target kind', /ragged\.csv:4 has 2 cells where the header has 3 columns/],
  ['train words.csv --target kind', /words\.csv:7, column "height": "tall" stands where a finite number/],
  ['train holes.csv --target kind', /holes\.csv:9, column "height": the cell is empty/],
  ['train no-label.csv --target kind', /no-label\.csv:3, column "kind": the cell is empty/],
  ['train one-kind.csv --target kind', /the target column "kind" holds only "rose"/],
  ['train empty.csv --target kind', /empty\.csv is empty where a header line/],
  ['train header.csv --target kind', /header\.csv has a header but no rows/],
  ['train one-row.csv --target kind --task regression', /"rose" stands where a finite number/],
  [
    'train houses.csv --target rent',
    /the target "rent" is not a column of houses\.csv.*"area", "age", "price"/,
  ],
  ['train flowers.csv', /flowers\.csv was given without a target/],
  ['train images --target kind', /the target "kind" was given for images/],
  ['train images --samples 13', /the first 13 samples were asked for where the data has 12/],
  ['train images --samples 0', /the first 0 samples/],
  ['train images --samples 2.5', /the first 2\.5 samples/],
  ['train flowers.csv --target kind --holdout 1', /fraction of rows to hold out is 1 /],
  ['train images --validation 0.01', /holding out 0\.01 of 12 rows leaves no rows/],
  ['train', /^ashlar: No data were named: give mnist/],
];

const options: readonly Case[] = [
  ['--hidden abc', /'--hidden <widths>' argument 'abc' is invalid\. "abc" is not a width such as 300/],
  ['--hidden 20,,3', /"" is not a width/],
  ['--hidden 3x99999999999', /more than 10000 layers/],
  [
    '--hidden 3000000 --method threeSplitting',
    /This run needs about [\d.]+ GB of memory and [\d.]+ GB are free/,
  ],
  ['--hidden 3000000x2', /This run needs about [\d.]+ GB of memory and [\d.]+ GB are free/],
  ['--gamma 0', /gamma\.0 is not valid: 0 is not positive\./],
  ['--gamma 1,-2', /gamma\.1 is not valid: -2 is not positive\./],
  ['--gamma one', /'--gamma <weights>' argument 'one' is invalid\. "one" is not a number\./],
  ['--gamma 1,2,3', /gamma has 3 values where one for all layers or one for each of the 2 layers/],
  ['--alpha 0', /alpha\.V\.0 is not valid: 0 is not positive\./],
  ['--alpha=-1', /alpha\.V\.0 is not valid: -1 is not positive\./],
  ['--alpha V=1,U=1', /neither one number nor all of V=…,U=…,W=…/],
  ['--alpha V,U=5,W=5', /neither one number nor all of V=…,U=…,W=…/],
  [
    '--alpha V=1,U=1,W=1,2,3',
    /alpha of W has 3 values where one for all layers or one for each of the 2 layers/,
  ],
  ['--loss nope', /The setting loss is not valid: "nope" is not a loss; there are crossEntropy, .*squared\./],
  ['--activation softplus(-1)', /softplus\(-1\)/],
  ['--activation relu(3)', /"relu\(3\)" is not understood: write relu,/],
  ['--residual', /A residual network needs two hidden layers or more, all of one width, and 3 was given/],
  ['--hidden 4,5 --residual', /all of one width, and 4,5 was given/],
  ['--hidden 4,4 --residual --method twoSplitting', /twoSplitting has no residual links/],
  ['--loss exponential --output-update proxLinear', /that of exponential is not: use the proximal update\./],
  [
    '--method threeSplitting --output-update proxLinear --alpha V=0.001,U=1,W=1 --gamma 0.1',
    /descends when alpha of V is above 0\.45/,
  ],
  ['--preset nope', /Allowed choices are zb-fig2, mac\./],
  ['--activation sine', /"sine" is not an activation; there are identity, leakyRelu/],
  [
    '--method backprop',
    /Allowed choices are auto, proxLinear, threeSplitting, twoSplitting, .*adam, .*sgd\./,
  ],
  ['--rate 0.01', /The setting rate is not valid: proxLinear has no learning rate\./],
  ['--method proxLinear --rate 0.01', /The setting rate is not valid: proxLinear has no learning rate\./],
  ['--certify --rate 0.01', /The setting rate is not valid: threeSplitting has no learning rate\./],
  ['--rate 0 --method adam', /rate is not valid: 0 is not positive\./],
  [
    '--method threeSplitting --batch 4',
    /The setting batch is not valid: threeSplitting updates all samples at once and has no mini-batches\./,
  ],
  ['--batch 1.5', /batch is not valid: 1\.5 is not a positive whole number/],
  [
    '--certify --method proxLinear',
    /The setting certify is not valid: proxLinear works on mini-batches .* use the method threeSplitting\./,
  ],
  ['--tolerance 0.1 --method adam', /The setting tolerance is not valid: adam works on mini-batches/],
  ['--order forward --method proxLinear', /The setting order is not valid: proxLinear works on mini-batches/],
  [
    '--state-regularizer l1:0.1 --method proxLinear',
    /The setting stateRegularizer is not valid: proxLinear works on mini-batches/,
  ],
  ['--activation polynomial', /those of polynomial have none: use the method threeSplitting\./],
  ['--loss hinge --output-update proxLinear', /that of hinge is not: use the proximal update\./],
  ['--smoothing 1', /smoothing is not valid: 1 is not a fraction from 0 to below 1/],
  ['--smoothing 0.1 --loss hinge', /the loss hinge for classification has no class targets in \{0, 1\}/],
  ['--class-weights balanced --loss squared', /squared for classification is not: use the loss softmaxCross/],
  ['--class-weights even', /Allowed choices are none, balanced\./],
  ['--patience 3', /patience is not valid: it waits for the validation score, and validation is 0\./],
  ['--init ones', /Allowed choices are .*paper/],
  ['--precision float16', /Allowed choices are float32, float64\./],
  ['--weight-regularizer l3:1', /weightRegularizer\.term is not valid: "l3" is not a regularizer/],
  ['--weight-regularizer l1:-1', /weightRegularizer\.weight is not valid: -1 is not zero or positive/],
  ['--weight-regularizer box(1,-1)', /box\(1,-1\) is empty/],
  ['--state-regularizer box(1)', /"box\(1\)" is not understood: write box or box\(lo,hi\)/],
  ['--weight-regularizer squaredL2:1:2', /not a regularizer and a weight, such as squaredL2:0\.1/],
  ['--state-regularizer squaredL2:-1', /stateRegularizer\.weight is not valid: -1 is not zero or positive/],
  [
    '--order nonsense',
    /The order "nonsense" must be "backward", "forward", "statesFirst" or name each block once: V2 U2 W2/,
  ],
  ['--seed 1.5', /seed is not valid: 1\.5 is not a whole number from 0 to 4294967295\./],
  ['--seed=-1', /seed is not valid: -1 is not a whole number/],
  ['--sweeps 0', /sweeps is not valid: 0 is not a positive whole number/],
  ['--sweeps 1.5', /sweeps is not valid: 1\.5 is not a positive whole number/],
  ['--time soon', /"soon" is not a time such as 90s, 3m or 1h/],
  ['--time 0', /seconds is not valid: 0 is not positive/],
  ['--tolerance 0', /tolerance is not valid: 0 is not positive/],
  ['--validation 1', /validation is not valid: 1 is not a fraction from 0 to below 1/],
  ['--score-every 0.5', /scoreEvery is not valid: 0\.5 is not a whole number from 0/],
  ['--chunk 0', /chunk is not valid: 0 is not a positive whole number/],
  ['--threads 0', /The number of threads is 0 where a whole number from 1/],
  ['--threads 100000', /The number of threads is 100000/],
  ['--learning-rate 0.1', /unknown option '--learning-rate'/],
  ['--lss squared', /unknown option '--lss' \(Did you mean --loss\?\)/],
  ['--hidden', /'--hidden <widths>' argument missing/],
  ['another', /too many arguments for 'train'/],
  ['--out a-file', /a-file cannot be written \(EEXIST\): choose another place\./],
  ['--out a-file/run', /a-file\/run cannot be written \(ENOTDIR\): choose another place\./],
];

const resumed: readonly Case[] = [
  ['--resume nowhere', /nowhere\/checkpoint\.safetensors cannot be opened/],
  ['--resume damaged', /damaged\/checkpoint\.safetensors has \d+ bytes where its header promises \d+/],
  ['--resume run --hidden 4', /made with hidden \[3\] and cannot go on with \[4\]/],
  ['--resume run --gamma 2', /made with gamma \[1\] and cannot go on with \[2\]/],
  ['--resume run --precision float64', /made with precision "float32" and cannot go on with "float64"/],
  ['--resume run --target length', /made with target "kind" and cannot go on with "length"/],
  ['--resume run --samples 5', /made without samples and cannot go on with 5/],
  ['houses.csv --resume run', /the target "kind" is not a column of houses\.csv/],
];

const started: readonly Case[] = [
  ['--start nowhere.onnx', /"nowhere\.onnx" cannot be read/],
  ['--start noise.onnx', /noise\.onnx is not a model that ashlar exported/],
  ['--start run/model.onnx --hidden 4', /to start from is 2-3-2 with relu, and .* make 2-4-2 with relu/],
  ['--start run/model.onnx --init he', /'--start <model>' cannot be used with option '--init <name>'/],
  ['--start run/model.onnx --resume run', /'--start <model>' cannot be used with option '--resume <folder>'/],
];

const others: readonly Case[] = [
  ['trian mnist', /unknown command 'trian' \(Did you mean train\?\)/],
  ['evaluate', /missing required argument 'model'/],
  ['evaluate nowhere.onnx flowers.csv', /"nowhere\.onnx" cannot be read/],
  ['evaluate noise.onnx flowers.csv', /noise\.onnx is not a model that ashlar exported/],
  ['evaluate run/model.onnx houses.csv', /houses\.csv/],
  ['evaluate run/model.onnx images', /images is a folder where a file was expected/],
  ['evaluate run/model.onnx words.csv', /words\.csv:7, column "height"/],
  ['evaluate run/model.onnx flowers.csv --part all', /Allowed choices are train, test/],
  ['predict run/model.onnx flowers.csv', /required option '-o, --output <file>' not specified/],
  ['predict run/model.onnx houses.csv -o out.csv', /does not have the feature columns "length", "height"/],
  ['predict run/model.onnx flowers.csv -o a-file/out.csv', /a-file\/out\.csv cannot be written/],
  ['predict noise.onnx flowers.csv -o out.csv', /noise\.onnx is not a model/],
  ['inspect noise.onnx', /noise\.onnx is not a model/],
  ['inspect run', /run is a folder where a file was expected/],
  ['inspect run/checkpoint.safetensors', /checkpoint\.safetensors is not a model/],
];

/** Tiny images: the option is the only thing that is wrong. */
const training = (option: string): string => `train images --hidden 3 --sweeps 1 ${option}`;

const cases: readonly Case[] = [
  ...data,
  ...options.map(([option, sentence]): Case => [training(option), sentence]),
  ...resumed.map(([option, sentence]): Case => [`train ${option}`, sentence]),
  ...started.map(([option, sentence]): Case => [`train flowers.csv --target kind ${option}`, sentence]),
  ...others,
];

describe('what is wrong is told in one line on standard error, with code 2 and nothing written:', () => {
  it.each(cases)('ashlar %s', async (line, sentence) => {
    const before = contents(home);
    const { code, stdout, stderr } = await inProcess(home, line.split(' '));
    expect(stderr).toMatch(/^ashlar: [^\n]+\n$/);
    expect(stderr).toMatch(sentence);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(contents(home)).toEqual(before);
  });
});

describe('the same in a process of its own', () => {
  it.each([
    ['train ragged.csv --target kind --json', /^ashlar: ragged\.csv:4 has 2 cells[^\n]*\n$/],
    ['train images --method nope', /^ashlar: option '--method <name>'[^\n]*\n$/],
  ])('ashlar %s', async (line, sentence) => {
    const before = contents(home);
    const { code, stdout, stderr } = await ashlar(home, line.split(' '));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(contents(home)).toEqual(before);
  });
});
