import type { Engine } from '../src/algebra/engine.ts';
import { type Matrix, matrix } from '../src/algebra/tensor.ts';
import { openSource } from '../src/data/node/sources.ts';
import { take } from '../src/data/split.ts';
import { single } from '../src/distributed/single.ts';
import type { Config } from '../src/estimator/config.ts';
import { nodeEngine } from '../src/estimator/node/nodeEngine.ts';
import { presets } from '../src/estimator/presets.ts';
import { resolveConfig } from '../src/estimator/resolveConfig.ts';
import { prepareTraining } from '../src/estimator/training.ts';
import { describeNetwork, inputsOf } from '../src/models/network.ts';
import { liftedSweepFlops, naiveSweepFlops, sweepFlops } from './flops.ts';
import { peerSeconds } from './peer.ts';
import { median, seconds } from './timing.ts';

export interface SweepBenchOptions {
  readonly method: string;
  /** Of `tikhonov` the weights of the hidden layers may be kept sparse. */
  readonly weightRegularizer?: string;
  readonly hidden: number[];
  readonly activation: string;
  readonly sweeps: number;
  readonly chunk?: number;
  readonly samples?: number;
  readonly threads?: number;
  readonly peer?: string;
}

/** Times sweeps on MNIST beside the engine's bare product rate, and beside another program, all in one run. */
export async function benchSweep(options: SweepBenchOptions): Promise<object> {
  const { train: all } = await openSource('mnist');
  const train = options.samples === undefined ? all : take(all, options.samples);
  const config = configOf(options);
  const plain = nodeEngine({ threads: options.threads });
  const bare = await bareProduct(plain, config.chunk, Math.max(...config.hidden));
  const { engine, spent, products, passes: runs } = timed(plain, bare.run);
  const training = await prepareTraining(
    config,
    { name: 'mnist', train },
    { engine, communicator: single, log: console.error },
  );
  const timings: { readonly sweep: number; readonly passes: number; readonly solves: number }[] = [];
  let rounds = 0;
  for (let k = 0; k < options.sweeps; k++) {
    spent.clear();
    const time = await seconds(async () => {
      const { inner } = await training.descent.sweep();
      rounds += (inner?.V?.rounds ?? 0) / options.sweeps;
    });
    const [passes, solves] = [spent.get('passes') ?? 0, spent.get('solves') ?? 0];
    timings.push({ sweep: time - (spent.get('probes') ?? 0), passes, solves });
  }
  await engine.dispose();
  const rate = bare.flops / median(products);
  const n = train.inputs.shape[0];
  const { widths } = training.network;
  const lifted = config.method === 'tikhonov';
  const flops = lifted
    ? liftedSweepFlops(widths, inputsOf(training.network), n, rounds)
    : sweepFlops(widths, n);
  const sweep = median(timings.map((one) => one.sweep));
  const usual =
    [...runs.values()].reduce((sum, times) => sum + median(times) * times.length, 0) / options.sweeps;
  const stateWidths = lifted ? widths.slice(1, -1) : [...widths.slice(1), ...widths.slice(1)];
  const states = n * stateWidths.reduce((a, b) => a + b, 0) * 4;
  const peer = options.peer === undefined ? undefined : peerSeconds(options.peer);
  return {
    bench: 'sweep',
    method: config.method,
    network: describeNetwork(training.network),
    activation: config.activation,
    samples: n,
    engine: engine.name,
    sweepSeconds: sweep,
    allSweepSeconds: timings.map((one) => one.sweep),
    passSeconds: median(timings.map(({ passes }) => passes)),
    solveSeconds: median(timings.map(({ solves }) => solves)),
    teraflops: {
      passes: flops.passes / 1e12,
      solves: flops.solves / 1e12,
      ...(!lifted && { withoutSavings: naiveSweepFlops(widths, n) / 1e12 }),
    },
    ...(lifted && { rounds }),
    bareProductGflops: rate / 1e9,
    bareProducts: products.length,
    usualPassSeconds: usual,
    passGflops: flops.passes / usual / 1e9,
    passToBareRatio: flops.passes / usual / rate,
    sweepToBareRatio: (flops.passes + flops.solves) / sweep / rate,
    ...(peer !== undefined && { peerSeconds: peer, sweepToPeerRatio: sweep / median(peer) }),
    peakMemoryGB: (process.resourceUsage().maxRSS * 1024) / 1e9,
    statesAndDataGB: (states + train.inputs.data.byteLength + train.targets.data.byteLength) / 1e9,
  };
}

function configOf(options: SweepBenchOptions): Config {
  const { sweeps, chunk, activation, weightRegularizer } = options;
  const common = { sweeps, chunk, scoreEvery: 0 };
  if (options.method !== 'tikhonov')
    return resolveConfig({ method: options.method, hidden: options.hidden, activation, ...common });
  const preset = { ...presets['zb-fig2']!.settings, classifier: 'none', ...common };
  return resolveConfig({
    ...preset,
    ...(weightRegularizer && { weightRegularizer: { term: weightRegularizer, weight: 1 } }),
  });
}

/** V Wᵀ with as many rows as a chunk, `[rows, width] x [width, width]`. */
async function bareProduct(
  engine: Engine,
  rows: number,
  width: number,
): Promise<{ readonly run: () => Promise<void>; readonly flops: number }> {
  const program = await engine.compile({
    name: 'bare product',
    inputs: { v: ['n', width], w: [width, width] },
    build: (o, { v, w }) => ({ out: o.product(v!, w!, { transposeB: true }) }),
  });
  const filled = (r: number, c: number): Matrix =>
    matrix(
      r,
      c,
      Float32Array.from({ length: r * c }, (_, i) => Math.sin(i)),
    );
  const [v, w, out] = [filled(rows, width), filled(width, width), filled(rows, width)];
  return { run: () => program.run({ v, w }, { out }), flops: 2 * rows * width * width };
}

/** Runs of passes between two bare products. */
const probeEvery = 10;

/**
 * The same engine, with the seconds in sweeping passes, in solves and in probes added up. The rate of the machine drifts within a
 * minute, so bare products are timed between the passes: a first one brings its data to the caches, a second one is timed.
 * Others on the machine interrupt both: a ratio is that of the median product to the median run of each pass.
 */
function timed(
  engine: Engine,
  product: () => Promise<void>,
): {
  readonly engine: Engine;
  readonly spent: Map<string, number>;
  /** Seconds of each bare product. */
  readonly products: number[];
  /** Seconds of each run of a pass, by its name. */
  readonly passes: Map<string, number[]>;
} {
  const spent = new Map<string, number>();
  const products: number[] = [];
  const passes = new Map<string, number[]>();
  async function add<T>(kind: string, work: () => Promise<T>, times: number[] = []): Promise<T> {
    let result: T | undefined;
    const time = await seconds(async () => {
      result = await work();
    });
    times.push(time);
    spent.set(kind, (spent.get(kind) ?? 0) + time);
    return result as T;
  }
  let runs = 0;
  async function probe(): Promise<void> {
    await product();
    products.push(await seconds(product));
  }
  return {
    spent,
    products,
    passes,
    engine: {
      ...engine,
      async compile(expression, precision) {
        const program = await engine.compile(expression, precision);
        if (!expression.name.startsWith('update')) return program;
        const times: number[] = [];
        passes.set(expression.name, times);
        return {
          ...program,
          async run(inputs, outputs) {
            await add('passes', () => program.run(inputs, outputs), times);
            if (runs++ % probeEvery === 0) await add('probes', probe);
          },
        };
      },
      async factor(a) {
        const factor = await add('solves', () => engine.factor(a));
        return { solve: (b) => add('solves', () => factor.solve(b)) };
      },
    },
  };
}
