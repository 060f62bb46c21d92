import { InvalidArgumentError } from 'commander';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as parse from '../../src/cli/parse.ts';

/** What a parser makes of a text, or `refused`. */
function parsed<T>(parser: (text: string) => T, text: string): T | 'refused' {
  try {
    return parser(text);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    expect(error.message).toMatch(/^[^\n]+\.$/);
    return 'refused';
  }
}

describe.each<[name: string, parser: (text: string) => unknown, right: [string, unknown][], wrong: string[]]>(
  [
    [
      'widths',
      parse.widths,
      [
        ['300', [300]],
        ['300,100', [300, 100]],
        ['600x3', [600, 600, 600]],
        [' 8x2 , 4 ', [8, 8, 4]],
      ],
      ['', 'abc', '300,', '0', '-3', '2.5', '1e3', '3x', 'x3', '3x0', '3x2x2', '3 4', '5x100000000000'],
    ],
    [
      'number',
      parse.number,
      [
        ['5', 5],
        ['-1.5', -1.5],
        ['1e-3', 0.001],
        [' 7 ', 7],
      ],
      ['', ' ', 'five', '5s', '1,5', 'NaN', 'Infinity', '1e999'],
    ],
    [
      'numbers',
      parse.numbers,
      [
        ['1', [1]],
        ['0.5,2', [0.5, 2]],
      ],
      ['', '1,', ',1', '1;2'],
    ],
    [
      'alpha',
      parse.alpha,
      [
        ['5', { V: [5], U: [5], W: [5] }],
        ['5,1', { V: [5, 1], U: [5, 1], W: [5, 1] }],
        ['V=1,U=2,W=3', { V: [1], U: [2], W: [3] }],
        ['W=0.1, V=1, U=2', { V: [1], U: [2], W: [0.1] }],
        ['V=1,U=2,3,W=4,5,6', { V: [1], U: [2, 3], W: [4, 5, 6] }],
      ],
      [
        '',
        'x',
        'V=1',
        'V=1,U=2',
        'V,U=5,W=5',
        'V=1,U=2,W=',
        'V=1,V=1,U=2,W=3',
        'V=1=2,U=1,W=1',
        'V=1,U=2,Z=3',
        '=',
      ],
    ],
    [
      'weighted',
      parse.weighted,
      [
        ['squaredL2:0.1', { term: 'squaredL2', weight: 0.1 }],
        ['box(-1,1)', { term: 'box(-1,1)', weight: 1 }],
      ],
      ['', ':1', 'squaredL2:', 'squaredL2:x', 'a:1:2'],
    ],
    [
      'duration',
      parse.duration,
      [
        ['90', 90],
        ['90s', 90],
        ['1.5m', 90],
        ['2h', 7200],
      ],
      ['', 's', '3 m', '-1s', '1d', '1e3', '1m30s'],
    ],
  ],
)('the parser of %s', (_, parser, right, wrong) => {
  it.each(right)('reads %j', (text, value) => {
    expect(parsed(parser, text)).toEqual(value);
  });

  it.each(wrong)('refuses %j', (text) => {
    expect(parsed(parser, text)).toBe('refused');
  });

  it('reads or refuses any text, and gives finite numbers only', () => {
    const alphabet = fc.constantFrom(...'0123456789.,=:x-+eVUWsmh ', 'squaredL2', 'Infinity', 'NaN');
    const texts = fc.oneof(
      fc.string({ unit: alphabet, maxLength: 12 }),
      fc.string(),
      fc
        .constantFrom(...right.map(([text]) => text))
        .chain((text) => fc.nat(text.length).map((at) => text.slice(0, at) + text.slice(at + 1))),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const value = parsed(parser, text);
        expect(JSON.stringify(value)).not.toContain('null');
      }),
      { seed: 1, numRuns: 1000 },
    );
  });
});
