import type { Engine } from '../algebra/engine.ts';
import { UserError } from '../algebra/errors.ts';
import { compilePass } from '../algebra/pass.ts';
import { chunksOf, emptySamples, type Samples, viewSamples } from '../algebra/samples.ts';
import type { Matrix } from '../algebra/tensor.ts';
import type { DataSource, Dataset } from '../data/dataset.ts';
import { split } from '../data/split.ts';
import type { Communicator } from '../distributed/communicator.ts';
import { feasibleStates, feasibleWeights } from '../models/feasible.ts';
import { forwardPass, namedWeights } from '../models/forward.ts';
import { initialise } from '../models/initialise.ts';
import type { Model } from '../models/model.ts';
import {
  describeNetwork,
  type LayerWeights,
  mlp,
  type Network,
  residualMlp,
  skipsOf,
} from '../models/network.ts';
import { identity } from '../problem/activations/identity.ts';
import { activations } from '../problem/activations/index.ts';
import { losses } from '../problem/losses/index.ts';
import { termNamed } from '../problem/named.ts';
import { type Problem, stateNames, type Weighted } from '../problem/problem.ts';
import { regularizers } from '../problem/regularizers/index.ts';
import type { Scores, SweepRecord } from '../solve/record.ts';
import { type Snapshot, type Solution, solve } from '../solve/solve.ts';
import type { Interruption } from '../solve/status.ts';
import { blockDescent, type State } from '../splitting/descent.ts';
import { methods } from '../splitting/index.ts';
import type { Method, MethodSettings } from '../splitting/method.ts';
import { orderBlocks } from '../splitting/order.ts';
import type { Config } from './config.ts';
import { learnPreprocessing, type Preprocessing, preprocess } from './preprocess.ts';
import { predictor, scoreOf } from './scores.ts';

/** Where a resumed run goes on. */
export interface Resume {
  readonly weights: LayerWeights[];
  /** `U1`, `V1`, … as they were; without them a forward pass sets them (ZLLY Remark 1). */
  readonly samples?: Record<string, Samples>;
  readonly records: readonly SweepRecord[];
  readonly best?: Snapshot | undefined;
}

export interface Surroundings {
  readonly engine: Engine;
  readonly communicator: Communicator;
  readonly log: (message: string) => void;
}

/** A problem, its data and its first state, ready to be solved. */
export interface Training {
  readonly network: Network;
  readonly problem: Problem;
  readonly train: Dataset;
  readonly state: State;
  solve(options: { readonly signal?: Interruption }): AsyncGenerator<SweepRecord, Solution>;
  /** Scores on the training, validation and test samples that there are. */
  finalScores(weights: readonly LayerWeights[]): Promise<Scores>;
  model(weights: readonly LayerWeights[], facts: Readonly<Record<string, string>>): Model;
}

/** The problem that a configuration poses for these data; refused before any work when the method cannot solve it. */
export function poseProblem(
  config: Config,
  train: Dataset,
): {
  readonly network: Network;
  readonly problem: Problem;
  readonly method: Method;
  readonly updates: MethodSettings;
} {
  const build = config.residual ? residualMlp : mlp;
  const network = build(train.inputs.shape[1], config.hidden, train.targets.shape[1], config.activation);
  const N = network.widths.length - 1;
  const lists = Object.entries(config.alpha).map(([kind, values]) => [`alpha of ${kind}`, values] as const);
  for (const [name, values] of [['gamma', config.gamma] as const, ...lists])
    if (values.length !== 1 && values.length !== N)
      throw new UserError(
        `${name} has ${values.length} values where one for all layers or one for each of the ${N} layers was expected.`,
      );
  const loss = termNamed(losses, config.loss, 'a loss');
  if (!loss.tasks.includes(train.task))
    throw new UserError(
      `The loss ${loss.name} is for ${loss.tasks.join(' and ')}, and the target is for ${train.task}: choose another loss.`,
    );
  const sigma = termNamed(activations, config.activation, 'an activation');
  const weighted = ({ term, weight }: Config['weightRegularizer']): Weighted => ({
    term: termNamed(regularizers, term, 'a regularizer'),
    weight,
  });
  const method = methods.find(({ name }) => name === config.method)!;
  const updates = { alpha: config.alpha, outputUpdate: config.outputUpdate };
  const problem: Problem = {
    formulation: method.formulation,
    widths: network.widths,
    activations: network.widths.slice(1).map((_, i) => (i === N - 1 ? identity : sigma)),
    skips: skipsOf(network),
    loss,
    gamma: network.widths.slice(1).map((_, i) => config.gamma[i] ?? config.gamma[0]!),
    weightRegularizer: weighted(config.weightRegularizer),
    stateRegularizer: weighted(config.stateRegularizer),
  };
  const refusal = method.refuse(problem, updates);
  if (refusal !== undefined) throw new UserError(refusal);
  return { network, problem, method, updates };
}

export async function prepareTraining(
  config: Config,
  source: DataSource,
  { engine, communicator, log }: Surroundings,
  resume?: Resume,
): Promise<Training> {
  const parts =
    config.validation > 0
      ? split(source.train, config.validation, config.seed)
      : { train: source.train, held: undefined };
  const { network, problem, method, updates } = poseProblem(config, parts.train);
  const blocks = orderBlocks(method.blocks(problem, updates), config.order);
  const preprocessing = learnPreprocessing(parts.train);
  const prepared = (data: Dataset | undefined): ScoredData | undefined =>
    data && { ...preprocess(data, preprocessing, problem.loss), task: data.task };
  const [train, validation, test] = [prepared(parts.train)!, prepared(parts.held), prepared(source.test)];
  const state = await firstState(config, network, problem, train, engine, resume);
  const descent = await blockDescent({ engine, communicator, problem, blocks, state, log });
  const forward = await predictor(engine, network, config.chunk);

  const score = async (weights: readonly LayerWeights[], data: ScoredData): Promise<number> =>
    scoreOf(await forward.outputs(weights, data.X), data.Y, data.task);
  const scores = async (
    weights: readonly LayerWeights[],
    on: Readonly<Record<string, ScoredData | undefined>>,
  ): Promise<Scores> => {
    const result: Record<string, number> = {};
    for (const [name, data] of Object.entries(on)) if (data) result[name] = await score(weights, data);
    return result;
  };
  const every = config.scoreEvery;

  return {
    network,
    problem,
    train: parts.train,
    state,
    finalScores: (weights) => scores(weights, { train, validation, test }),
    solve: ({ signal }) =>
      solve(descent, {
        problem,
        method,
        updates,
        precision: config.precision,
        sweeps: config.sweeps,
        certify: config.certify || config.tolerance !== undefined,
        ...(config.seconds !== undefined && { seconds: config.seconds }),
        ...(config.tolerance !== undefined && { tolerance: config.tolerance }),
        ...(signal && { signal }),
        ...(resume && { history: resume.records, restarted: resume.samples === undefined }),
        ...(resume?.best && { best: resume.best }),
        ...((validation || test) &&
          every > 0 && {
            score: async (weights: readonly LayerWeights[], sweep: number) =>
              sweep % every === 0 ? scores(weights, { validation, test }) : undefined,
          }),
      }),
    model: (weights, facts) => modelOf(network, weights, parts.train, preprocessing, facts),
  };
}

/** Data as the network sees them. */
interface ScoredData {
  readonly X: Matrix;
  readonly Y: Matrix;
  readonly task: Dataset['task'];
}

async function firstState(
  config: Config,
  network: Network,
  problem: Problem,
  { X, Y }: ScoredData,
  engine: Engine,
  resume: Resume | undefined,
): Promise<State> {
  const chunks = chunksOf(X.shape[0], config.chunk);
  const weights =
    resume?.weights ??
    (await feasibleWeights(engine, problem, initialise(network, config.init, config.seed, engine.precision)));
  const data = { V0: viewSamples(chunks, X, engine.precision), Y: viewSamples(chunks, Y, engine.precision) };
  if (resume?.samples) return { chunks, weights, samples: { ...resume.samples, ...data } };
  const names = stateNames(problem);
  const states = names.map((name) => [
    name,
    emptySamples(chunks, network.widths[Number(name.slice(1))]!, engine.precision),
  ]);
  const samples: Record<string, Samples> = { ...data, ...Object.fromEntries(states) };
  const pass = await compilePass(engine, forwardPass(network, names));
  await pass.run(chunks, samples, namedWeights(weights));
  // What a graph of the whole network keeps for its intermediate values is better used by the sweeps.
  await pass.dispose();
  const projection = feasibleStates(problem);
  if (projection !== undefined) {
    const projected = await compilePass(engine, projection);
    await projected.run(chunks, samples, {});
    await projected.dispose();
  }
  return { chunks, weights, samples };
}

function modelOf(
  network: Network,
  weights: readonly LayerWeights[],
  data: Dataset,
  preprocessing: Preprocessing,
  facts: Readonly<Record<string, string>>,
): Model {
  return {
    network,
    weights,
    task: data.task,
    outputs: data.outputs,
    ...(data.features && { features: data.features }),
    ...preprocessing,
    training: { network: describeNetwork(network), ...facts },
  };
}
