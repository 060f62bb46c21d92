import type { Engine, Recurrence } from '../algebra/engine.ts';
import type { Ops } from '../algebra/ops.ts';
import { compilePass } from '../algebra/pass.ts';
import { permutation } from '../algebra/random.ts';
import { chunksOf, viewSamples } from '../algebra/samples.ts';
import {
  copyRows,
  type Floats,
  floats,
  type Matrix,
  squaredNorm,
  type Tensor,
  zeros,
} from '../algebra/tensor.ts';
import { namedWeights as named } from '../models/forward.ts';
import type { LayerWeights } from '../models/network.ts';
import { forwardStates, objectiveTerms, type Variables } from '../problem/objective.ts';
import { depth, isPerSample, layers, type Problem, shapesOf, weightNames } from '../problem/problem.ts';
import type { BatchMethod, BatchSettings } from './batchMethod.ts';
import type { Descent, SweepReport } from './descent.ts';
import { NotFinite } from './notFinite.ts';
import { weightTermMeter } from './objectiveMeter.ts';

/** Numbers of the samples that one run of the loop is given: enough to hide what a run costs, few enough to stop soon. */
const runNumbers = 4e6;

export interface MiniBatchSettings {
  readonly engine: Engine;
  readonly problem: Problem;
  readonly method: BatchMethod;
  readonly settings: BatchSettings;
  readonly X: Matrix;
  readonly Y: Matrix;
  readonly weights: LayerWeights[];
  readonly memory: Record<string, Tensor>;
  /** Sweeps that are done, of a run that is resumed. */
  readonly done: number;
  readonly seed: number;
  /** Share of the run that is done when `sweeps` are, fractions of a sweep included. */
  readonly progress: (sweeps: number) => number;
}

export interface MiniBatchDescent extends Descent {
  /** What the next sweep needs besides the weights; where these are averages, the last ones themselves are part of it. */
  readonly memory: Readonly<Record<string, Tensor>>;
}

/** How often a sweep takes the weights into their averages, which are then those of about half a sweep; 1/10 is the least share. */
const [averagesPerSweep, leastShare] = [20, 0.1];

/** Sweeps of mini-batches: each goes once over all samples in a new order, without the rest that fills no batch. */
export async function miniBatchDescent(given: MiniBatchSettings): Promise<MiniBatchDescent> {
  const { engine, problem, method, settings, X, Y, weights, seed, progress } = given;
  const { batch } = settings;
  const n = X.shape[0];
  const perSweep = Math.floor(n / batch);
  const parameters = weightNames(problem);
  const averaged = method.averages(problem);
  const longest = averaged ? Math.ceil(perSweep / averagesPerSweep) : perSweep;
  const group = Math.max(1, Math.min(longest, Math.floor(runNumbers / (batch * (X.shape[1] + Y.shape[1])))));
  const recurrence = batchRecurrence(problem, method, settings);
  const loop = await engine.compileLoop(recurrence);
  const shapes = recurrence.state as Readonly<Record<string, readonly number[]>>;
  const room = (): Record<string, Tensor> =>
    Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, zeros(shape, engine.precision)]));
  let memory = given.memory;
  let done = given.done;
  const rows = [X, Y].map((source) => floats(engine.precision, group * batch * source.shape[1]));

  const weightTerms = objectiveTerms(problem).filter(({ variables }) => !variables.some(isPerSample));
  const weightTerm = weightTermMeter(engine, problem);

  async function sweep(): Promise<SweepReport> {
    // An odd multiplier scatters the sweeps: seeds and sweeps are small numbers, and their sums would repeat.
    const order = permutation(n, (seed + Math.imul(done + 1, 0x9e3779b1)) >>> 0);
    const present = named(weights);
    // Where the present weights are averages, the last ones are in the memory.
    let before: Record<string, Tensor> = { ...present, ...memory };
    let averages = present;
    let [next, other] = [room(), room()];
    let loss = 0;
    for (let first = 0; first < perSweep; first += group) {
      const steps = Math.min(group, perSweep - first);
      const picked = order.subarray(first * batch, (first + steps) * batch);
      const inputs: Record<string, Tensor> = {
        V0: gatherRows(X, picked, rows[0]!, [steps, batch]),
        Y: gatherRows(Y, picked, rows[1]!, [steps, batch]),
        count: each(steps, (k) => done * perSweep + first + k),
        progress: each(steps, (k) => progress(done + (first + k) / perSweep)),
      };
      const losses = { shape: [steps, batch], data: floats(engine.precision, steps * batch) };
      await loop.run(before, inputs, next, { loss: losses });
      for (const value of losses.data) loss += value;
      if (!Number.isFinite(loss)) {
        const range = steps > 1 ? `steps ${first + 1} to ${first + steps}` : `step ${first + 1}`;
        throw new NotFinite(`the loss of ${range}`);
      }
      [before, next, other] = [next, other, next];
      if (averaged) averages = towards(averages, before, averageShare(done * perSweep + first, group));
    }
    // The losses tell of all steps but the last.
    for (const name of Object.keys(shapes))
      if (!Number.isFinite(squaredNorm(before[name]!))) throw new NotFinite(name);
    const shown = averaged ? averages : before;
    for (const i of layers(problem)) weights[i - 1] = { W: shown[`W${i}`] as Matrix, b: shown[`b${i}`]! };
    const kept = Object.keys(shapes).filter((name) => averaged || !parameters.includes(name));
    memory = Object.fromEntries(kept.map((name) => [name, before[name]!]));
    done++;
    const share = n / (perSweep * batch);
    return { terms: { loss: loss * share, ...(await regularizers()) }, movement: {}, norms: {}, samples: n };
  }

  function each(steps: number, value: (k: number) => number): Tensor {
    const data = floats(engine.precision, steps);
    for (let k = 0; k < steps; k++) data[k] = value(k);
    return { shape: [steps], data };
  }

  /** r(W_i) of every layer, at the present weights. */
  async function regularizers(): Promise<Record<string, number>> {
    const values: Record<string, number> = {};
    for (const term of weightTerms) values[term.name] = await weightTerm(term, weights);
    return values;
  }

  async function measure(): Promise<Readonly<Record<string, number>>> {
    const pass = await compilePass(engine, {
      samples: ['V0', 'Y'],
      updates: {},
      expression: {
        name: 'loss',
        inputs: shapesOf(problem, ['V0', 'Y', ...parameters]),
        build: (o, x) => ({ loss: lossOf(o, problem, x) }),
      },
    });
    const chunks = chunksOf(n, 1000);
    const samples = {
      V0: viewSamples(chunks, X, engine.precision),
      Y: viewSamples(chunks, Y, engine.precision),
    };
    const sums = await pass.run(chunks, samples, named(weights));
    await pass.dispose();
    return { loss: sums.loss![0]!, ...(await regularizers()) };
  }

  return {
    weights,
    get memory() {
      return memory;
    },
    sweep,
    measure,
  };
}

/** ρ of the averages w̄ ← w̄ + ρ (w − w̄) after a run of so many steps, when `steps` were done before it. */
function averageShare(steps: number, group: number): number {
  return Math.max(1 / (Math.floor(steps / group) + 1), leastShare);
}

function towards(
  from: Readonly<Record<string, Tensor>>,
  to: Readonly<Record<string, Tensor>>,
  share: number,
): Record<string, Tensor> {
  const blended = Object.entries(from).map(([name, { shape, data }]): [string, Tensor] => {
    const goal = to[name]!.data;
    return [name, { shape, data: data.map((value, k) => value + share * (goal[k]! - value)) as Floats }];
  });
  return Object.fromEntries(blended);
}

/** The step of the method, and the loss that it meets. */
function batchRecurrence(problem: Problem, method: BatchMethod, settings: BatchSettings): Recurrence {
  return {
    name: method.name,
    state: { ...shapesOf(problem, weightNames(problem)), ...method.memory(problem) },
    inputs: { ...shapesOf(problem, ['V0', 'Y']), count: [], progress: [] },
    step(o, state, inputs) {
      const x = { ...state, ...inputs };
      const next = method.step(o, problem, settings, {
        x,
        count: inputs.count!,
        progress: inputs.progress!,
      });
      return { state: next, outputs: { loss: lossOf(o, problem, x) } };
    },
  };
}

/** ℓ of each sample under the network with the weights of `x`. */
function lossOf<T>(o: Ops<T>, problem: Problem, x: Variables<T>): T {
  const states = forwardStates(o, problem, x);
  return problem.loss.value(o, states[`V${depth(problem)}`]!, x.Y!);
}

/** The picked rows of a matrix under each other, as `[...leading, columns]`. */
function gatherRows(source: Matrix, picked: Uint32Array, into: Floats, leading: readonly number[]): Tensor {
  const columns = source.shape[1];
  copyRows(source, picked, into);
  return { shape: [...leading, columns], data: into.subarray(0, picked.length * columns) };
}
