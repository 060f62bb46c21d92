import type { Engine } from '../src/algebra/engine.ts';
import { type Matrix, matrix } from '../src/algebra/tensor.ts';
import { openSource } from '../src/data/node/sources.ts';
import { take } from '../src/data/split.ts';
import { single } from '../src/distributed/single.ts';
import { nodeEngine } from '../src/estimator/node/nodeEngine.ts';
import { resolveConfig } from '../src/estimator/resolveConfig.ts';
import { prepareTraining } from '../src/estimator/training.ts';
import { describeNetwork } from '../src/models/network.ts';
import { naiveSweepFlops, sweepFlops } from './flops.ts';
import { peerSeconds } from './peer.ts';
import { median, seconds } from './timing.ts';

export interface SweepBenchOptions {
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
  const data = await openSource('mnist');
  const train = options.samples === undefined ? data.train : take(data.train, options.samples);
  const shape = { hidden: options.hidden, activation: options.activation, chunk: options.chunk };
  const config = resolveConfig({ method: 'threeSplitting', ...shape, sweeps: options.sweeps, scoreEvery: 0 });
  const spent = new Map<string, number>();
  const engine = timed(nodeEngine({ threads: options.threads }), spent);
  const width = Math.max(...options.hidden);
  const before = await productRate(engine, config.chunk, width);
  const training = await prepareTraining(
    config,
    { name: 'mnist', train },
    { engine, communicator: single, log: console.error },
  );
  const times: number[] = [];
  const run = training.solve({});
  spent.clear();
  for (let step = await run.next(); !step.done; step = await run.next()) {
    if (step.value.sweep === 0) continue;
    times.push(step.value.seconds);
  }
  const after = await productRate(engine, config.chunk, width);
  await engine.dispose();
  const rate = (before + after) / 2;
  const n = train.inputs.shape[0];
  const flops = sweepFlops(training.network.widths, n);
  const [sweep, passes] = [median(times), spent.get('passes')! / options.sweeps];
  const states = 2 * n * training.network.widths.slice(1).reduce((a, b) => a + b, 0) * 4;
  const peer = options.peer === undefined ? undefined : peerSeconds(options.peer);
  return {
    bench: 'sweep',
    network: describeNetwork(training.network),
    activation: config.activation,
    samples: n,
    engine: engine.name,
    sweepSeconds: sweep,
    allSweepSeconds: times,
    passSeconds: passes,
    solveSeconds: (spent.get('solves') ?? 0) / options.sweeps,
    teraflops: {
      passes: flops.passes / 1e12,
      solves: flops.solves / 1e12,
      withoutSavings: naiveSweepFlops(training.network.widths, n) / 1e12,
    },
    bareProductGflops: { before: before / 1e9, after: after / 1e9 },
    passGflops: flops.passes / passes / 1e9,
    passToBareRatio: flops.passes / passes / rate,
    sweepToBareRatio: (flops.passes + flops.solves) / sweep / rate,
    ...(peer !== undefined && { peerSeconds: peer, sweepToPeerRatio: sweep / median(peer) }),
    peakMemoryGB: (process.resourceUsage().maxRSS * 1024) / 1e9,
    statesAndDataGB: (states + train.inputs.data.byteLength + train.targets.data.byteLength) / 1e9,
  };
}

/** Operations a second of V Wᵀ with as many rows as a chunk, `[rows, width] x [width, width]`. */
async function productRate(engine: Engine, rows: number, width: number): Promise<number> {
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
  const times: number[] = [];
  for (let k = 0; k < 20; k++) times.push(await seconds(() => program.run({ v, w }, { out })));
  return (2 * rows * width * width) / median(times);
}

/** The same engine, with the time in sweeping passes and in solves added up. */
function timed(engine: Engine, spent: Map<string, number>): Engine {
  const add = async <T>(kind: string, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    spent.set(kind, (spent.get(kind) ?? 0) + (performance.now() - start) / 1000);
    return result;
  };
  return {
    ...engine,
    async compile(expression, precision) {
      const program = await engine.compile(expression, precision);
      if (!expression.name.startsWith('update')) return program;
      return { ...program, run: (inputs, outputs) => add('passes', () => program.run(inputs, outputs)) };
    },
    async factor(a) {
      const factor = await add('solves', () => engine.factor(a));
      return { solve: (b) => add('solves', () => factor.solve(b)) };
    },
  };
}
