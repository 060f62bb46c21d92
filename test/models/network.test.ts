import { describe, expect, it } from 'vitest';
import { describeNetwork, mlp, parameterCount } from '../../src/models/network.ts';
import { randomWeights } from './smallModels.ts';

describe('the description of a network', () => {
  it.each([
    [784, [1500, 1500, 1500], 10, '784-1500x3-10'],
    [4, [], 3, '4-3'],
    [784, [20, 10], 10, '784-20-10-10'],
    [8, [8, 8, 4, 8], 8, '8-8x2-4-8-8'],
  ])('of %d inputs, hidden %j and %d outputs is %s', (inputs, hidden, outputs, text) => {
    expect(describeNetwork(mlp(inputs, hidden, outputs, 'relu'))).toBe(text);
  });
});

it('counts as many parameters as there are', () => {
  const network = mlp(5, [4, 7], 3, 'relu');
  const all = randomWeights(network, 1, 'float32').flatMap(({ W, b }) => [...W.data, ...b.data]);
  expect(parameterCount(network)).toBe(all.length);
});
