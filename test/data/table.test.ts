import { describe, expect, it } from 'vitest';
import { tableDataset, tableInputs } from '../../src/data/table.ts';
import { complaint, expectValid } from './helpers.ts';

const iris = 'length,width,species\n1,2,setosa\n3,4.5,virginica\n-1e1,.5,setosa\n';
const read = (text: string, target = 'y', options = {}) =>
  tableDataset(text, 'data.csv', { target, ...options });
const complain = (text: string, target = 'y', options = {}): string =>
  complaint(() => read(text, target, options));

describe('tableDataset', () => {
  it('reads features and classes', () => {
    const dataset = read(iris, 'species');
    expectValid(dataset);
    expect(dataset).toMatchObject({
      task: 'classification',
      kind: 'table',
      features: ['length', 'width'],
      outputs: ['setosa', 'virginica'],
    });
    expect(dataset.inputs.shape).toEqual([3, 2]);
    expect([...dataset.inputs.data]).toEqual([1, 2, 3, 4.5, -10, 0.5]);
    expect([...dataset.targets.data]).toEqual([1, 0, 0, 1, 1, 0]);
  });

  it('finds the target in any column', () => {
    expect(read(iris.replaceAll('setosa', '8').replaceAll('virginica', '9'), 'length').features).toEqual([
      'width',
      'species',
    ]);
  });

  it.each([
    ['tabs', iris.replaceAll(',', '\t')],
    ['semicolons', iris.replaceAll(',', ';')],
    ['Windows lines', iris.replaceAll('\n', '\r\n')],
    ['old Macintosh lines', iris.replaceAll('\n', '\r')],
    ['no last newline', iris.trimEnd()],
    ['blank lines', `\n  \n${iris.replaceAll('\n', '\n \n\n')}`],
    ['spaces around cells', iris.replaceAll(',', ' , ')],
    ['a byte order mark', `\uFEFF${iris}`],
    ['quoted cells', iris.replaceAll(/[^,\n]+/g, '"$&"')],
  ])('reads a table with %s', (_, text) => {
    expect(read(text, 'species')).toEqual(read(iris, 'species'));
  });

  it('counts no delimiters inside quotation marks', () => {
    const dataset = read('"a;b;c","say ""x"";",y\n1,2,"p,q"\n3,4,"r\ns"\n');
    expect(dataset.features).toEqual(['a;b;c', 'say "x";']);
    expect(dataset.outputs).toEqual(['p,q', 'r\ns']);
  });

  it('sorts classes as numbers when all are numbers', () => {
    expect(read('x,y\n1,10\n1,9\n1,-2\n1,9.0').outputs).toEqual(['-2', '9', '10']);
  });

  it('sorts other classes by code point', () => {
    expect(read('x,y\n1,\u{1F600}\n1,\uFF5E\n1,10\n1,b\n1,B\n1,bb\n1,9').outputs).toEqual([
      '10',
      '9',
      'B',
      'b',
      'bb',
      '\uFF5E',
      '\u{1F600}',
    ]);
  });

  const rows = (targets: readonly unknown[]): string => `x,y\n${targets.map((y) => `1,${y}`).join('\n')}\n`;
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
  it.each([
    ['text', ['a', 'b'], 'classification'],
    ['whole numbers', [1, 2], 'classification'],
    ['whole numbers with decimals', ['1.0', '2.0'], 'classification'],
    ['20 whole numbers', upTo(20), 'classification'],
    ['21 whole numbers', upTo(21), 'regression'],
    [
      '21 spellings of 2 numbers',
      [...upTo(20).map((zeros) => `1.${'0'.repeat(zeros)}`), '2'],
      'classification',
    ],
    ['a number that is not whole', [1, 2.5], 'regression'],
    ['numbers and text', [1.5, 'a'], 'classification'],
    ['21 texts', upTo(21).map((index) => `c${index}`), 'classification'],
  ])('takes %s for its task', (_, targets, task) => {
    expect(read(rows(targets)).task).toBe(task);
  });

  it('reads real targets', () => {
    const dataset = read(rows([1, 2, 2]), 'y', { task: 'regression' });
    expectValid(dataset);
    expect(dataset.outputs).toEqual(['y']);
    expect([...dataset.targets.data]).toEqual([1, 2, 2]);
  });

  it('makes classes of real targets when told to', () => {
    expect(read(rows([1.5, 2.5]), 'y', { task: 'classification' }).outputs).toEqual(['1.5', '2.5']);
  });

  it.each([
    ['an empty file', '', /data\.csv is empty .* header/],
    ['blank lines only', ' \n\n', /data\.csv is empty/],
    ['a header only', 'x,y\n', /data\.csv has a header but no rows/],
    ['a row too short', 'x,y\n1,a\n\n1\n', /data\.csv:4 has 1 cell .* 2 columns/],
    ['a row too long', 'x,y\n1,a,3\n', /data\.csv:2 has 3 cells .* 2 columns/],
    ['a missing feature', 'x,y\n1,a\n,b\n', /data\.csv:3, column "x": the cell is empty/],
    ['a missing target', 'x,y\n1,\n', /data\.csv:2, column "y": the cell is empty/],
    ['a cell of text', 'x,y\n1,a\nNA,b\n', /data\.csv:3, column "x": "NA" .* finite number/],
    ['a decimal comma', 'x;y\n1,5;a\n', /data\.csv:2, column "x": "1,5" .* such as -1\.5/],
    ['hexadecimal', 'x,y\n0x10,a\n', /"0x10" .* finite number/],
    ['infinity', 'x,y\nInfinity,a\n', /"Infinity" .* finite number/],
    ['a number beyond float64', 'x,y\n1e999,a\n', /"1e999" .* finite number/],
    ['a number beyond float32', 'x,y\n1e39,a\n', /data\.csv:2, column "x": "1e39" .* float32/],
    ['a target beyond float32', 'x,y\n1,0.5\n2,1e39\n', /data\.csv:3, column "y": "1e39" .* float32/],
    ['an unknown target', 'a,b\n1,2\n', /"y" is not a column of data\.csv.* "a", "b"/],
    ['columns of one name', 'x,x,y\n1,2,3\n', /data\.csv:1 .* more than one column named "x"/],
    ['a column without a name', '\n,x,y\n0,1,2\n', /data\.csv:2, column 1: the name is empty/],
    ['one class', 'x,y\n1,a\n2,a\n', /column "y" holds only "a" .* two classes/],
    ['one class, spelt in two ways', 'x,y\n1,3\n2,3.0\n', /holds only "3"/],
    ['no feature', 'y\na\nb\n', /no column but the target "y"/],
    ['an open quotation mark', 'x,y\n1,a\n2,"b\n', /data\.csv:3: a quotation mark .* never closed/],
    ['a stray quotation mark', 'x,y\n1,a\n2,b"c\n', /data\.csv:3: a quotation mark .* inside a cell/],
    ['text after a quotation mark', 'x,y\n1,"a"b\n', /data\.csv:2: a quotation mark .* inside a cell/],
    ['a stray quotation mark in the header', 'x,y"\n1,a\n', /data\.csv:1: a quotation mark/],
  ])('refuses %s', (_, text, message) => {
    expect(complain(text)).toMatch(message);
  });

  it('names the line where a row of several lines starts', () => {
    expect(complain('x,"a\r\nb",y\r\n1,2,"p\r\n\r\nq"\r\n\r\nbad,2,"r\r\ns"\r\n')).toMatch(
      /data\.csv:7, column "x"/,
    );
  });

  it('refuses text as a regression target', () => {
    expect(complain('x,y\n1,2\n1,a\n', 'y', { task: 'regression' })).toMatch(
      /data\.csv:3, column "y": "a" .* finite number/,
    );
  });

  it('lists no more columns than can be read', () => {
    const header = Array.from({ length: 100 }, (_, index) => `column${index}`).join();
    expect(complain(`${header}\n`)).toMatch(/"column19" and 80 more/);
  });

  it('refuses more classes than fit into memory, before making them', () => {
    const ids = Array.from({ length: 25_000 }, (_, index) => `1,id${index}`).join('\n');
    expect(complain(`x,y\n${ids}`)).toMatch(/"y" holds 25000 different values in 25000 rows/);
  });
});

describe('a table for a trained model', () => {
  const features = ['width', 'length'];

  it('reads the features in the order of the model', () => {
    const { shape, data } = tableInputs('id,length,note,width\n7,1,x,2\n8,3,,4\n', 'new.csv', features);
    expect(shape).toEqual([2, 2]);
    expect([...data]).toEqual([2, 1, 4, 3]);
  });

  it('reads the targets with the classes of the model', () => {
    const dataset = read(iris, 'species', { features, classes: ['virginica', 'other', 'setosa'] });
    expectValid(dataset);
    expect(dataset.outputs).toEqual(['virginica', 'other', 'setosa']);
    expect(dataset.features).toEqual(features);
    expect([...dataset.inputs.data]).toEqual([2, 1, 4.5, 3, 0.5, -10]);
    expect([...dataset.targets.data]).toEqual([0, 0, 1, 1, 0, 0, 0, 0, 1]);
  });

  it('needs no second class and compares numeric classes as numbers', () => {
    const dataset = read('x,y\n1,2.0\n', 'y', { classes: ['1', '2'] });
    expect([...dataset.targets.data]).toEqual([0, 1]);
  });

  it('refuses an unknown class', () => {
    expect(complain('x,y\n1,a\n2,c\n', 'y', { classes: ['a', 'b'] })).toMatch(
      /data\.csv:3, column "y": "c" is not among the classes .*"a", "b"/,
    );
  });

  it('refuses a table without a feature', () => {
    expect(complaint(() => tableInputs('length,species\n1,a\n', 'new.csv', features))).toMatch(
      /new\.csv does not have the feature columns "width" among its columns "length", "species"/,
    );
  });

  it('refuses a table without rows', () => {
    expect(complaint(() => tableInputs('length,width\n', 'new.csv', features))).toMatch(/no rows/);
  });

  it('refuses a missing cell', () => {
    expect(complaint(() => tableInputs('length,width\n1,\n', 'new.csv', features))).toMatch(
      /new\.csv:2, column "width": the cell is empty/,
    );
  });
});
