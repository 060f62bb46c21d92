import { normals } from '../src/algebra/random.ts';
import { matrix } from '../src/algebra/tensor.ts';
import type { Codes } from '../src/classify/hashing/codes.ts';
import { search } from '../src/classify/hashing/search.ts';
import { codesOf } from '../src/estimator/hashing.ts';
import { nodeEngine } from '../src/estimator/node/nodeEngine.ts';
import { initialise } from '../src/models/initialise.ts';
import type { Model } from '../src/models/model.ts';
import { describeNetwork, mlp } from '../src/models/network.ts';
import { median, seconds } from './timing.ts';

export interface HashingBenchOptions {
  readonly hidden: readonly number[];
  readonly images: number;
  readonly queries: number;
  readonly runs: number;
  readonly threads?: number;
}

/** Times encoding by an untrained network of 784 inputs and 64 bits, and ranked search among codes drawn at random. */
export async function benchHashing(options: HashingBenchOptions): Promise<object> {
  const { hidden, images, queries, runs } = options;
  const engine = nodeEngine({ threads: options.threads });
  const draw = normals(0);
  const network = mlp(784, hidden, 64, 'relu');
  const model: Model = {
    network,
    weights: initialise(network, 'he', 0, 'float32'),
    task: 'regression',
    outputs: Array.from({ length: 64 }, (_, k) => `bit ${k + 1}`),
    training: {},
  };
  const inputs = matrix(images, 784, Float32Array.from({ length: images * 784 }, draw));
  const encodeTimes: number[] = [];
  for (let run = 0; run < runs; run++) encodeTimes.push(await seconds(() => codesOf(model, inputs, engine)));
  await engine.dispose();

  const random = (count: number, bits: number): Codes => ({
    bits,
    count,
    words: Uint32Array.from({ length: (count * bits) / 32 }, () =>
      Math.floor(2 ** 32 * Math.abs(Math.sin(draw()))),
    ),
  });
  const searches: object[] = [];
  for (const bits of [64, 128]) {
    const [index, asked] = [random(images, bits), random(queries, bits)];
    const times: number[] = [];
    for (let run = 0; run < runs; run++) times.push(await seconds(async () => search(index, asked, 100)));
    searches.push({ bits, indexed: images, queries, k: 100, seconds: median(times) });
  }
  return {
    bench: 'hashing',
    engine: engine.name,
    encode: {
      network: describeNetwork(network),
      images,
      bits: 64,
      seconds: median(encodeTimes),
      imagesPerSecond: images / median(encodeTimes),
    },
    search: searches,
  };
}
