import { concrete, type Engine } from '../../src/algebra/engine.ts';
import { type Matrix, type Precision, type Tensor, zeros } from '../../src/algebra/tensor.ts';
import { initialise } from '../../src/models/initialise.ts';
import type { LayerWeights } from '../../src/models/network.ts';
import type { Problem } from '../../src/problem/problem.ts';
import type { BatchMethod } from '../../src/splitting/batchMethod.ts';
import { type MiniBatchDescent, miniBatchDescent } from '../../src/splitting/miniBatch.ts';
import { proxLinear } from '../../src/splitting/proxLinear.ts';
import { batchSettings } from './batchCases.ts';
import { dataOf } from './cases.ts';

/** A descent on mini-batches; what is left out is drawn, or that of a run of ten sweeps of proxLinear. */
export interface BatchRun {
  readonly engine: Engine;
  readonly problem: Problem;
  readonly batch: number;
  readonly method: BatchMethod;
  readonly n: number;
  readonly X: Matrix;
  readonly Y: Matrix;
  readonly weights: LayerWeights[];
  readonly memory: Readonly<Record<string, Tensor>>;
  readonly done: number;
  readonly seed: number;
  readonly progress: (sweeps: number) => number;
}

export function batchDescent({
  engine,
  problem,
  batch,
  method = proxLinear,
  n = 30,
  weights = firstWeights(problem, engine.precision),
  memory = emptyMemory(method, problem, engine.precision),
  done = 0,
  seed = 0,
  progress = (sweeps) => sweeps / 20,
  ...data
}: Pick<BatchRun, 'engine' | 'problem' | 'batch'> & Partial<BatchRun>): Promise<MiniBatchDescent> {
  const drawn = data.X && data.Y ? { X: data.X, Y: data.Y } : dataOf(problem, { n });
  const share = batch / drawn.X.shape[0];
  const bends = problem.loss.properties.gradientLipschitz ?? Number.POSITIVE_INFINITY;
  const outputUpdate = bends <= 1 / 2 ? 'proxLinear' : 'proximal';
  const settings = batchSettings({ batch, share, outputUpdate });
  return miniBatchDescent({
    engine,
    problem,
    method,
    settings,
    X: drawn.X,
    Y: drawn.Y,
    weights,
    memory: { ...memory },
    done,
    seed,
    progress,
  });
}

export function firstWeights(problem: Problem, precision: Precision): LayerWeights[] {
  const network = {
    widths: problem.widths,
    activation: problem.activations[0]!.name,
    residual: problem.skips.includes(true),
  };
  return initialise(network, 'he', 2, precision);
}

export function emptyMemory(
  method: BatchMethod,
  problem: Problem,
  precision: Precision,
): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(method.memory(problem)).map(([name, shape]) => [
      name,
      zeros(concrete(shape, 0), precision),
    ]),
  );
}

/** All numbers of a descent, to compare bit by bit. */
export function numbersIn({ weights, memory }: MiniBatchDescent): number[] {
  return [
    ...weights.flatMap(({ W, b }) => [...W.data, ...b.data]),
    ...Object.values(memory).flatMap(({ data }) => [...data]),
  ];
}
