import { describe, expect, it } from 'vitest';
import { concrete, type Shape } from '../../src/algebra/engine.ts';
import { broadcast, productShape } from '../../src/algebra/shape.ts';

describe('shapes', () => {
  it.each<[Shape, Shape, Shape]>([
    [['n', 3], [3], ['n', 3]],
    [
      ['n', 1],
      [1, 3],
      ['n', 3],
    ],
    [[], ['n'], ['n']],
    [[1], [2, 1], [2, 1]],
    [
      ['n', 'm'],
      ['n', 'm'],
      ['n', 'm'],
    ],
  ])('[%s] and [%s] broadcast to [%s]', (a, b, both) => {
    expect(broadcast(a, b)).toEqual(both);
    expect(broadcast(b, a)).toEqual(both);
  });

  it.each<[Shape, Shape]>([
    [['n', 3], [2]],
    [
      ['n', 3],
      ['m', 3],
    ],
    [['n'], ['n', 3]],
  ])('[%s] and [%s] do not broadcast', (a, b) => {
    expect(() => broadcast(a, b)).toThrow(`shapes [${a}] and [${b}] do not broadcast`);
  });

  it.each<[Shape, Shape, boolean, boolean, Shape]>([
    [['n', 3], [3, 2], false, false, ['n', 2]],
    [['n', 3], ['n', 2], true, false, [3, 2]],
    [['n', 3], [2, 3], false, true, ['n', 2]],
    [[3, 'n'], [2, 3], true, true, ['n', 2]],
  ])('the product of [%s] and [%s], transposed %s and %s, is [%s]', (a, b, ofA, ofB, product) => {
    expect(productShape(a, b, ofA, ofB)).toEqual(product);
  });

  it.each<[Shape, Shape, boolean, boolean, string]>([
    [['n', 3], [2, 3], false, false, 'no product of [n,3] and [2,3]'],
    [['n', 3], ['m', 2], true, false, 'no product of [n,3] transposed and [m,2]'],
    [[3], [3, 2], false, false, 'no product of [3] and [3,2]'],
  ])('[%s] and [%s], transposed %s and %s, have none', (a, b, ofA, ofB, message) => {
    expect(() => productShape(a, b, ofA, ofB)).toThrow(message);
  });

  it('get their number of samples, and no other open extent, on running', () => {
    expect(concrete(['n', 3], 7)).toEqual([7, 3]);
    expect(() => concrete(['m', 3], 7)).toThrow('the extent m of [m,3] is open');
  });
});
