import { openSource } from '../src/data/node/sources.ts';
import { single } from '../src/distributed/single.ts';
import { nodeEngine } from '../src/estimator/node/nodeEngine.ts';
import { resolveConfig } from '../src/estimator/resolveConfig.ts';
import { prepareTraining } from '../src/estimator/training.ts';
import { describeNetwork } from '../src/models/network.ts';
import type { Descent } from '../src/splitting/descent.ts';
import { peerSeconds } from './peer.ts';
import { median } from './timing.ts';

export interface EpochBenchOptions {
  readonly hidden: number[];
  readonly batch: number;
  readonly epochs: number;
  readonly threads?: number;
  readonly peer?: string;
}

/** Times epochs of proxLinear and of Adam on MNIST in turn, and those of another program, all in one run. */
export async function benchEpoch(options: EpochBenchOptions): Promise<object> {
  const { hidden, batch, epochs } = options;
  const { train } = await openSource('mnist');
  const engine = nodeEngine({ threads: options.threads });
  const started = async (
    method: string,
  ): Promise<{ readonly descent: Descent; readonly network: string }> => {
    const config = resolveConfig({ method, hidden, batch, sweeps: epochs + 1, scoreEvery: 0 });
    const surroundings = { engine, communicator: single, log: console.error };
    const { descent, network } = await prepareTraining(config, { name: 'mnist', train }, surroundings);
    return { descent, network: describeNetwork(network) };
  };
  const runs = { proxLinear: await started('proxLinear'), adam: await started('adam') };
  const times: Record<keyof typeof runs, number[]> = { proxLinear: [], adam: [] };
  const memory: number[] = [];
  // The first epoch of each compiles kernels and grows arenas.
  for (let epoch = 0; epoch <= epochs; epoch++)
    for (const name of ['proxLinear', 'adam'] as const) {
      const before = performance.now();
      await runs[name].descent.sweep();
      if (epoch > 0) times[name].push((performance.now() - before) / 1000);
      if (name === 'adam') memory.push(process.memoryUsage().rss / 1e9);
    }
  await engine.dispose();
  const [ours, adam] = [median(times.proxLinear), median(times.adam)];
  const peer = options.peer === undefined ? undefined : peerSeconds(options.peer);
  return {
    bench: 'epoch',
    network: runs.proxLinear.network,
    batch,
    engine: engine.name,
    proxLinearSeconds: ours,
    adamSeconds: adam,
    proxLinearToAdamRatio: ours / adam,
    all: times,
    steps: epochs * Math.floor(train.inputs.shape[0] / batch),
    memoryGB: { afterFirstEpoch: memory[0], afterLast: memory.at(-1) },
    ...(peer !== undefined && {
      peerSeconds: peer,
      adamToPeerRatio: adam / median(peer),
      proxLinearToPeerRatio: ours / median(peer),
    }),
    peakMemoryGB: (process.resourceUsage().maxRSS * 1024) / 1e9,
  };
}
