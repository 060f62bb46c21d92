import { describe, expect, it } from 'vitest';
import { formatCell, formatNumber, formatScore, formatSeconds } from '../../src/report/numbers.ts';

describe('numbers', () => {
  it('are short in a sentence', () => {
    const written = [0, 65.4, 12345.678, 1e7, -0.00012345678, Number.NaN, Number.POSITIVE_INFINITY];
    expect(written.map((value) => formatNumber(value))).toEqual([
      '0',
      '65.4',
      '12,346',
      '1 × 10⁷',
      '−1.235 × 10⁻⁴',
      'NaN',
      '∞',
    ]);
  });

  it('have as many digits as their neighbours in a column', () => {
    expect([65.4, 5000, 1e-9].map((value) => formatCell(value))).toEqual(['65.40', '5,000', '1.000 × 10⁻⁹']);
  });

  it('tell scores apart that differ by one sample in ten thousand', () => {
    expect(formatScore(0.9871)).toBe('0.9871');
    expect(formatScore(-0.5)).toBe('−0.5000');
  });

  it('are seconds, then minutes, then hours', () => {
    expect([0.4567, 119, 150, 7260].map(formatSeconds)).toEqual([
      '0.457 s',
      '119 s',
      '2 min 30 s',
      '2 h 1 min',
    ]);
  });
});
