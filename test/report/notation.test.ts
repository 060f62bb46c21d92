import { describe, expect, it } from 'vitest';
import { family, layerOf, notation } from '../../src/report/notation.ts';

describe('notation', () => {
  it('sets layers as subscripts and leaves other digits alone', () => {
    expect(notation('U12 = W12 V11').markup).toBe('U<sub>12</sub> = W<sub>12</sub> V<sub>11</sub>');
    expect(notation('l1(W2) & tanh2').markup).toBe('l1(W<sub>2</sub>) &amp; tanh2');
  });

  it('finds what names of different layers have in common', () => {
    expect(family('U3 = W3 V2')).toEqual(family('U7 = W7 V6'));
    expect(family('U3 = W3 V1')).not.toEqual(family('U3 = W3 V2'));
    expect(layerOf('r(W4)')).toBe(4);
    expect(layerOf('loss')).toBeUndefined();
  });
});
