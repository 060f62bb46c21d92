import { describe, expect, it } from 'vitest';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { log1p, softplus, wrightOmega } from '../../src/problem/specialFunctions.ts';
import { draw } from '../oracle/draw.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { specialFunction } from '../tolerance.ts';
import { column } from './proxProblems.ts';

const random = draw(51);
const magnitudes = Float64Array.from({ length: 1000 }, () => 10 ** random.uniform(-300, 300));

describe('log1p', () => {
  it('has all the digits of the logarithm of 1 + a', () => {
    const a = [0, ...magnitudes, 2 ** -53, 2 ** -52, 1, 1e308];
    expectClose(log1p(o, column(a)).data, a.map(Math.log1p), specialFunction);
  });
});

describe('softplus', () => {
  it('is log 2 at 0, the exponential far below and the argument far above', () => {
    expectClose(
      softplus(o, column([0, -40, -700, 40, 1e6])).data,
      [Math.LN2, Math.exp(-40), Math.exp(-700), 40, 1e6],
      specialFunction,
    );
    expect([...softplus(o, column([-1e6])).data]).toEqual([0]);
  });
});

describe('wrightOmega', () => {
  it('has its known values: omega constant, 1, e', () => {
    expectClose(
      wrightOmega(o, column([0, 1, 1 + Math.E])).data,
      [0.5671432904097838, 1, Math.E],
      specialFunction,
    );
  });

  it('inverts w + log w', () => {
    const w = [...magnitudes.filter((value) => value > 1e-30), ...magnitudes.map((value) => value ** 0.03)];
    const z = w.map((value) => value + Math.log(value));
    expectClose(wrightOmega(o, column(z)).data, w, specialFunction);
  });

  it('stays positive far below', () => {
    const [far] = wrightOmega(o, column([-1e6])).data;
    expect(far).toBeGreaterThan(0);
    expect(far).toBeLessThan(2e-35);
  });
});
