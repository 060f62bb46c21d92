import { describe, expect, it } from 'vitest';
import { type Axis, countAxis, linearAxis, logAxis } from '../../src/report/axis.ts';

function labels(axis: Axis | undefined): readonly string[] {
  return axis!.ticks.map(({ label }) => label);
}

describe('logAxis', () => {
  it('labels decades, steps within a decade, and near-constant values alike readably', () => {
    expect(labels(logAxis([1e-6, 1e2]))).toEqual(['10⁻⁶', '10⁻⁴', '10⁻²', '10⁰', '10²']);
    expect(labels(logAxis([30, 400]))).toEqual(['50', '100', '200']);
    expect(labels(logAxis([5000, 5004]))).toEqual(['5,000', '5,001', '5,002', '5,003', '5,004']);
  });

  it('keeps its lower edge for zeros, named as what they are', () => {
    const zeros = logAxis([0, 1, 10])!;
    expect(zeros.ticks[0]).toEqual({ at: zeros.domain[0], label: '0' });
    expect(zeros.place(0)).toBe(zeros.domain[0]);
    expect(zeros.place(5)).toBe(5);
    expect(labels(logAxis([-1, 1, 10]))[0]).toBe('≤ 0');
  });

  it('has nothing to show without a positive value', () => {
    expect(logAxis([0, -1])).toBeUndefined();
    expect(logAxis([])).toBeUndefined();
  });

  it('stays positive and finite at the ends of float64', () => {
    const [low, high] = logAxis([5e-324, 1e-240, Number.MAX_VALUE, 0])!.domain;
    expect(low).toBeGreaterThan(0);
    expect(high).toBe(Number.MAX_VALUE);
  });
});

describe('linear axes', () => {
  it('gives a constant some room', () => {
    expect(linearAxis([0.9, 0.9]).domain[0]).toBeLessThan(0.9);
    expect(linearAxis([0, 0]).domain).toEqual([-1, 1]);
  });

  it('labels steps with the decimals they need', () => {
    expect(labels(linearAxis([0.1, 0.9]))).toEqual(['0.2', '0.4', '0.6', '0.8']);
  });

  it('counts sweeps in whole numbers', () => {
    expect(labels(countAxis(0, 1))).toEqual(['0', '1']);
    expect(labels(countAxis(0, 300))).toEqual(['0', '50', '100', '150', '200', '250', '300']);
  });
});
