import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabelledFeatures } from '../src/classify/classifier.ts';
import type { HingeLoss } from '../src/classify/dualCoordinateDescent.ts';
import { linearSvm } from '../src/classify/linearSvm.ts';
import { openSource } from '../src/data/node/sources.ts';
import { take } from '../src/data/split.ts';
import { learnPreprocessing, scale } from '../src/estimator/preprocess.ts';
import { argMax } from '../src/estimator/scores.ts';

export interface SvmBenchOptions {
  readonly data: string;
  readonly target?: string;
  readonly samples?: number;
  readonly C: readonly number[];
  readonly tolerance: number;
  readonly peer: string;
}

/** Times linear support vector machines on the inputs of a network, and LIBLINEAR on the same file, and compares what both minimise. */
export async function benchSvm(options: SvmBenchOptions): Promise<object> {
  const { tolerance, peer } = options;
  const source = await openSource(options.data, {
    ...(options.target !== undefined && { target: options.target }),
    seed: 0,
  });
  const train = options.samples === undefined ? source.train : take(source.train, options.samples);
  const classes = train.targets.shape[1];
  const { inputScaling } = learnPreprocessing(train);
  const features = inputScaling ? scale(train.inputs, inputScaling) : train.inputs;
  const data: LabelledFeatures = { features, labels: argMax(train.targets), classes };
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-svm-'));
  const rows: object[] = [];
  try {
    const file = join(folder, 'features');
    writeSparse(file, data);
    for (const C of options.C)
      for (const loss of ['squaredHinge', 'hinge'] as const) {
        const before = process.cpuUsage();
        const start = performance.now();
        const { W, b, solutions } = linearSvm(data, { loss, C, tolerance });
        const seconds = (performance.now() - start) / 1000;
        const { user, system } = process.cpuUsage(before);
        const primal = solutions.map((solution) => solution.primal);
        const weights = withBias(W.data, b.data, W.shape[1]);
        const settings = { loss, C, tolerance, width: W.shape[1] };
        const theirs = liblinear(peer, file, join(folder, 'model'), settings);
        const objectives = theirs?.weights.map((w, k) => objectiveOf(data, k, loss, C, w));
        rows.push({
          C,
          loss,
          seconds,
          cpuSeconds: (user + system) / 1e6,
          rounds: solutions.map(({ rounds }) => rounds),
          converged: solutions.filter(({ status }) => status === 'converged').length,
          primal: total(primal),
          largestGap: Math.max(...solutions.map((s) => (s.primal - s.dual) / s.primal)),
          // One formula gives both objectives on the same numbers, and is checked on ours.
          objectiveFormulaError: Math.max(
            ...weights.map((w, k) => Math.abs(objectiveOf(data, k, loss, C, w) / primal[k]! - 1)),
          ),
          ...(theirs &&
            objectives && {
              peerSeconds: theirs.seconds,
              peerCpuSeconds: theirs.cpuSeconds,
              ...(theirs.cpuSeconds > leastSeconds && {
                cpuToPeerRatio: (user + system) / 1e6 / theirs.cpuSeconds,
              }),
              peerPrimal: total(objectives),
              // Above 0 where ours is the larger.
              objectiveDifferences: {
                least: Math.min(...primal.map((p, k) => p / objectives[k]! - 1)),
                largest: Math.max(...primal.map((p, k) => p / objectives[k]! - 1)),
              },
            }),
        });
      }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { bench: 'svm', data: options.data, samples: train.inputs.shape, classes, tolerance, rows };
}

/** Below this the times of the peer, in hundredths of a second and less its reading, say nothing. */
const leastSeconds = 0.2;

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** w̃ = (w, b) of each class. */
function withBias(W: ArrayLike<number>, b: ArrayLike<number>, width: number): Float64Array[] {
  return Array.from(b, (bias, k) =>
    Float64Array.from({ length: width + 1 }, (_, j) => (j < width ? W[k * width + j]! : bias)),
  );
}

/** P(w̃), written plainly and apart from the solver. */
function objectiveOf(
  { features, labels }: LabelledFeatures,
  k: number,
  loss: HingeLoss,
  C: number,
  w: Float64Array,
): number {
  const [n, d] = features.shape;
  let value = 0;
  for (let i = 0; i < n; i++) {
    let score = w[d]!;
    for (let j = 0; j < d; j++) score += w[j]! * features.data[i * d + j]!;
    const error = Math.max(0, 1 - (labels[i] === k ? score : -score));
    value += C * (loss === 'hinge' ? error : error * error);
  }
  return value + total([...w].map((x) => (x * x) / 2));
}

/** The format of LIBSVM, features in as many digits as float32 has. */
function writeSparse(path: string, { features, labels }: LabelledFeatures): void {
  const [n, d] = features.shape;
  const file = openSync(path, 'w');
  for (let from = 0; from < n; from += 1000) {
    let text = '';
    for (let i = from; i < Math.min(n, from + 1000); i++) {
      text += labels[i];
      for (let j = 0; j < d; j++) {
        const value = features.data[i * d + j]!;
        if (value !== 0) text += ` ${j + 1}:${Number(value.toPrecision(9))}`;
      }
      text += '\n';
    }
    writeSync(file, text);
  }
  closeSync(file);
}

interface Peer {
  /** w̃ by class. */
  readonly weights: Float64Array[];
  readonly seconds: number;
  readonly cpuSeconds: number;
}

interface PeerSettings {
  readonly loss: HingeLoss;
  readonly C: number;
  readonly tolerance: number;
  readonly width: number;
}

/** Trains with LIBLINEAR; undefined where the program cannot be run here. Its time is without that of an empty run that reads the file. */
function liblinear(
  command: string,
  file: string,
  model: string,
  { loss, C, tolerance, width }: PeerSettings,
): Peer | undefined {
  const solver = loss === 'hinge' ? '3' : '1';
  const run = (
    epsilon: number,
    strength: number,
  ): { readonly seconds: number; readonly cpuSeconds: number } => {
    const start = performance.now();
    const times = execFileSync(
      'sh',
      ['-c', `${command} -q -s ${solver} -c ${strength} -B 1 -e ${epsilon} "$0" "$1" && times`, file, model],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    );
    // The second line of `times`: user and system time of the children.
    const children = times.trim().split('\n').at(-1)!;
    const [user, system] = children.split(' ').map((text) => {
      const [minutes, seconds] = text.replace('s', '').split('m').map(Number);
      return 60 * minutes! + seconds!;
    });
    return { seconds: (performance.now() - start) / 1000, cpuSeconds: user! + system! };
  };
  try {
    // With so large an epsilon it stops at once: what is left is reading.
    const reading = run(1e9, C);
    const all = run(tolerance, C);
    return {
      weights: readWeights(model, width),
      seconds: all.seconds - reading.seconds,
      cpuSeconds: all.cpuSeconds - reading.cpuSeconds,
    };
  } catch {
    console.error(`The peer is left out: "${command}" did not run.`);
    return undefined;
  }
}

/**
 * A row of its model is a feature with its weight for each class, and the last row is the bias; features that are 0 at the end of all
 * samples have no row. Two classes have one column, for the first of its labels.
 */
function readWeights(path: string, width: number): Float64Array[] {
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  const labels = lines
    .find((line) => line.startsWith('label'))!
    .split(' ')
    .slice(1)
    .map(Number);
  const rows = lines.slice(lines.indexOf('w') + 1).map((line) => line.trim().split(' ').map(Number));
  return labels.map((_, label) => {
    const column = labels.indexOf(label);
    const weights = rows.map((row) => (row.length > 1 ? row[column]! : column === 0 ? row[0]! : -row[0]!));
    const w = new Float64Array(width + 1);
    w.set(weights.slice(0, -1));
    w[width] = weights.at(-1)!;
    return w;
  });
}
