import { randomNormal } from 'd3-random';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { mersenne } from 'pure-rand/generator/mersenne';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Independent standard normal numbers; the same seed gives the same sequence on every machine. */
export function normals(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return randomNormal.source(() => uniformFloat64(generator))(0, 1);
}

/** Puts the first `count` elements in random order, in place; goes on from call to call. */
export type Shuffle = (order: Uint32Array, count: number) => void;

/** Fisher and Yates, with the Mersenne Twister of the seed. */
export function shuffler(seed: number): Shuffle {
  const generator = mersenne(seed);
  return (order, count) => {
    for (let last = count - 1; last > 0; last--) {
      const other = uniformInt(generator, 0, last);
      [order[last], order[other]] = [order[other]!, order[last]!];
    }
  };
}

/** 0 … n − 1 in random order. */
export function permutation(n: number, seed: number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  shuffler(seed)(order, n);
  return order;
}
