import { randomNormal } from 'd3-random';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Independent standard normal numbers; the same seed gives the same sequence on every machine. */
export function normals(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return randomNormal.source(() => uniformFloat64(generator))(0, 1);
}
