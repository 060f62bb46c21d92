import type { Engine } from '../algebra/engine.ts';
import { UserError } from '../algebra/errors.ts';
import { compilePass } from '../algebra/pass.ts';
import { chunksOf, emptySamples, type Samples, viewSamples } from '../algebra/samples.ts';
import { type Matrix, type Tensor, zeros } from '../algebra/tensor.ts';
import type { DataSource, Dataset } from '../data/dataset.ts';
import { split } from '../data/split.ts';
import type { Communicator } from '../distributed/communicator.ts';
import { calibrate, wantedSpread } from '../models/calibrate.ts';
import { feasibleStates, feasibleWeights } from '../models/feasible.ts';
import { forwardPass, namedWeights } from '../models/forward.ts';
import { initialise } from '../models/initialise.ts';
import type { Model } from '../models/model.ts';
import { describeNetwork, inputsOf, type LayerWeights, type Network, skipsOf } from '../models/network.ts';
import { startingWeights } from '../models/startingWeights.ts';
import { identity } from '../problem/activations/identity.ts';
import { activations } from '../problem/activations/index.ts';
import type { Loss } from '../problem/loss.ts';
import { losses } from '../problem/losses/index.ts';
import { softmaxCrossEntropy } from '../problem/losses/softmaxCrossEntropy.ts';
import { termNamed } from '../problem/named.ts';
import { isLifted, isQuadratic, type Problem, stateNames, type Weighted } from '../problem/problem.ts';
import { regularizers } from '../problem/regularizers/index.ts';
import type { Scores, SweepRecord } from '../solve/record.ts';
import { keptWeights, type Snapshot, type Solution, solve } from '../solve/solve.ts';
import type { Interruption } from '../solve/status.ts';
import type { BatchMethod } from '../splitting/batchMethod.ts';
import { blockDescent, type Descent, type State } from '../splitting/descent.ts';
import type { Method } from '../splitting/index.ts';
import type { BlockMethod, MethodSettings } from '../splitting/method.ts';
import { miniBatchDescent } from '../splitting/miniBatch.ts';
import { orderBlocks } from '../splitting/order.ts';
import { relaxationNamed } from '../splitting/relaxation.ts';
import type { Config } from './config.ts';
import { networkOf } from './networkOf.ts';
import { learnPreprocessing, type Preprocessing, preprocess, trainingTargets } from './preprocess.ts';
import { runProgress } from './progress.ts';
import { classifierOf, refuseClassifier, retrain } from './retrain.ts';
import { predictor, scoreOf } from './scores.ts';
import { trainerNamed } from './trainers.ts';

/** What a run begins with besides its data; without either, with weights that are drawn. */
export interface Beginning {
  /** A run that was interrupted. */
  readonly resume?: Resume | undefined;
  /** A trained model of the same network, that of `Config.start`. */
  readonly start?: Model | undefined;
}

/** Where a resumed run goes on. */
export interface Resume {
  readonly weights: LayerWeights[];
  /** `U1`, `V1`, … as they were; without them a forward pass sets them (ZLLY Remark 1). */
  readonly samples?: Record<string, Samples>;
  /** What a method on mini-batches keeps from step to step; without it that begins anew. */
  readonly memory?: Record<string, Tensor>;
  readonly records: readonly SweepRecord[];
  readonly best?: Snapshot | undefined;
}

export interface Surroundings {
  readonly engine: Engine;
  readonly communicator: Communicator;
  readonly log: (message: string) => void;
}

/** Makes an engine of its own for each of several runs, which dispose of it. */
export type FreshSurroundings = () => Surroundings;

/** What a run can be continued from. */
export interface TrainingState extends State {
  /** What a method on mini-batches keeps from step to step. */
  readonly memory: Readonly<Record<string, Tensor>>;
}

/** A problem, its data and its first state, ready to be solved. */
export interface Training {
  /** Whether a sweep updates all samples at once, or goes over mini-batches. */
  readonly kind: Method['kind'];
  readonly network: Network;
  readonly problem: Problem;
  readonly train: Dataset;
  readonly state: TrainingState;
  /** One sweep after the other, without the loop around them. */
  readonly descent: Descent;
  /** @param scoreTrain the scores of a sweep tell of the training samples too. */
  solve(options: {
    readonly signal?: Interruption;
    readonly scoreTrain?: boolean;
  }): AsyncGenerator<SweepRecord, Solution>;
  /** The network that a solution comes to. */
  finish(solution: Solution): Promise<Finished>;
  model(weights: readonly LayerWeights[], facts: Readonly<Record<string, string>>): Model;
}

/** A trained network: that of the best sweep where sweeps were validated, else of the last, with the classifier asked for. */
export interface Finished {
  readonly weights: readonly LayerWeights[];
  /** On the training, validation and test samples that there are. */
  readonly scores: Scores;
  readonly retrained?: Retrained;
}

/** The classifier that took the place of the last layer. */
export interface Retrained {
  readonly name: string;
  readonly C: number;
  /** Scores of the network with its own last layer. */
  readonly before: Scores;
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
  const network = networkOf(config, train.inputs.shape[1], train.targets.shape[1]);
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
  const method = trainerNamed(config.method);
  const updates = {
    alpha: config.alpha,
    outputUpdate: config.outputUpdate,
    ...(config.theta !== undefined && { relaxation: relaxationNamed(config.theta) }),
  };
  const problem: Problem = {
    formulation: method.formulation,
    widths: network.widths,
    activations: network.widths.slice(1).map((_, i) => (i === N - 1 ? identity : sigma)),
    skips: skipsOf(network),
    inputs: inputsOf(network),
    loss,
    gamma: network.widths.slice(1).map((_, i) => gammaOfLayer(config, method, i + 1, N)),
    weightRegularizer: weighted(config.weightRegularizer),
    stateRegularizer: weighted(config.stateRegularizer),
    ...(config.spareOutput && { sparesOutput: true }),
    ...(config.keepZeros && { keepsZeros: true }),
  };
  const { weightRegularizer: r } = problem;
  if (config.keepZeros && !isQuadratic(r))
    throw new UserError(
      `The setting keepZeros holds weights at 0, and the regularizer ${r.term.name} puts other ones there: leave one of the two out.`,
    );
  const refusal = method.refuse(problem, updates);
  if (refusal !== undefined) throw new UserError(refusal);
  return { network, problem, method, updates };
}

/** In the lifted formulations the last layer has no coupling term, and the loss the weight 1. */
function gammaOfLayer({ gamma }: Config, method: Method, layer: number, N: number): number {
  return isLifted(method) && layer === N ? 1 : (gamma[layer - 1] ?? gamma[0]!);
}

export async function prepareTraining(
  config: Config,
  source: DataSource,
  surroundings: Surroundings,
  { resume, start }: Beginning = {},
): Promise<Training> {
  const { engine, communicator } = surroundings;
  const classifier = classifierOf(config);
  if (classifier && communicator.size > 1)
    throw new UserError(
      `The classifier ${classifier.name} is trained in one process, and there are ${communicator.size}: set classifier to none.`,
    );
  const parts =
    config.validation > 0
      ? split(source.train, config.validation, config.seed)
      : { train: source.train, held: undefined };
  const { network, problem, method, updates } = poseProblem(config, parts.train);
  if (config.start !== undefined && start === undefined && resume === undefined)
    throw new UserError(
      `The setting start is "${config.start}", and no model was given: give the model itself, as from of fit or --start of the command line.`,
    );
  const unfit = classifier && refuseClassifier(classifier, network);
  if (unfit !== undefined) throw new UserError(unfit);
  const preprocessing = learnPreprocessing(parts.train);
  const prepared = (data: Dataset | undefined): ScoredData | undefined =>
    data && { ...preprocess(data, preprocessing, problem.loss), task: data.task };
  const [train, validation, test] = [prepared(parts.train)!, prepared(parts.held), prepared(source.test)];
  requireTargets(config, problem.loss, parts.train);
  const Y = trainingTargets(train.Y, config.smoothing, config.classWeights);
  const seen = { network, task: train.task, outputs: parts.train.outputs, ...preprocessing };
  const first = start && startingWeights(start, seen, engine.precision);
  if (config.keepZeros && first && !first.some(({ W }) => W.data.includes(0)))
    throw new UserError(
      'The zeros of the model to start from are to be kept, and it has none: leave keepZeros out, or start from a sparse model.',
    );
  const pose = { config, network, problem, updates, surroundings, data: { ...train, Y }, resume, first };
  const { descent, state } =
    method.kind === 'blocks' ? await onAllSamples(method, pose) : await onMiniBatches(method, pose);
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
    kind: method.kind,
    network,
    problem,
    train: parts.train,
    state,
    descent,
    async finish(solution) {
      const own = keptWeights(solution);
      const before = await scores(own, { train, validation, test });
      // Where numbers were not finite the last good weights are kept as they are.
      if (!classifier || !solution.intact) return { weights: own, scores: before };
      const { weights, C } = await retrain(classifier, network, own, train, surroundings, config);
      const after = await scores(weights, { train, validation, test });
      return { weights, scores: after, retrained: { name: classifier.name, C, before } };
    },
    solve: ({ signal, scoreTrain = false }) =>
      solve(descent, {
        problem,
        method,
        updates,
        precision: config.precision,
        sweeps: config.sweeps,
        certify: config.certify || config.tolerance !== undefined,
        ...(config.seconds !== undefined && { seconds: config.seconds }),
        ...(config.patience !== undefined && { patience: config.patience }),
        ...(config.tolerance !== undefined && { tolerance: config.tolerance }),
        ...(signal && { signal }),
        ...(resume && {
          history: resume.records,
          restarted: method.kind === 'blocks' && resume.samples === undefined,
        }),
        ...(resume?.best && { best: resume.best }),
        ...((validation || test || scoreTrain) &&
          every > 0 && {
            score: async (weights: readonly LayerWeights[], sweep: number) =>
              sweep % every === 0
                ? scores(weights, { ...(scoreTrain && { train }), validation, test })
                : undefined,
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

interface Pose {
  readonly config: Config;
  readonly network: Network;
  readonly problem: Problem;
  readonly updates: MethodSettings;
  readonly surroundings: Surroundings;
  readonly data: ScoredData;
  readonly resume: Resume | undefined;
  /** Those of the model to start from. */
  readonly first: LayerWeights[] | undefined;
}

interface Started {
  readonly descent: Descent;
  readonly state: TrainingState;
}

async function onAllSamples(method: BlockMethod, pose: Pose): Promise<Started> {
  const { config, problem, updates, surroundings } = pose;
  const done = pose.resume?.records.at(-1)?.sweep ?? 0;
  const blocks = orderBlocks(method.blocks(problem, updates), config.order);
  const state = { ...(await firstState(pose)), memory: {} };
  return { state, descent: await blockDescent({ ...surroundings, problem, blocks, state, done }) };
}

async function onMiniBatches(method: BatchMethod, pose: Pose): Promise<Started> {
  const { config, problem, updates, surroundings, data, resume } = pose;
  const { engine, communicator } = surroundings;
  if (communicator.size > 1)
    throw new UserError(
      `The method ${method.name} works on mini-batches in one process, and there are ${communicator.size}: use the method threeSplitting.`,
    );
  const n = data.X.shape[0];
  const batch = Math.min(config.batch ?? n, n);
  const descent = await miniBatchDescent({
    engine,
    problem,
    method,
    settings: {
      ...updates,
      ...(config.rate !== undefined && { rate: config.rate }),
      rateSchedule: config.rateSchedule,
      batch,
      share: batch / n,
    },
    X: data.X,
    Y: data.Y,
    weights: resume?.weights ?? (await firstWeights(method, pose)),
    memory: resume?.memory ?? emptyMemory(method, problem, engine),
    done: resume?.records.at(-1)?.sweep ?? 0,
    seed: config.seed,
    progress: runProgress(config),
  });
  const state: TrainingState = {
    chunks: chunksOf(n, config.chunk),
    samples: {},
    weights: descent.weights,
    get memory() {
      return descent.memory;
    },
  };
  return { descent, state };
}

/** Drawn weights, rescaled for linearised steps where the signal would be lost on its way through the layers. */
async function firstWeights(method: BatchMethod, pose: Pose): Promise<LayerWeights[]> {
  const { config, network, problem, surroundings, data, first } = pose;
  const { engine, log } = surroundings;
  if (first) return feasibleWeights(engine, problem, first);
  const drawn = initialise(network, config.init, config.seed, engine.precision);
  if (!method.calibrates) return drawn;
  const { weights, spreads, changed } = await calibrate(engine, network, drawn, data.X);
  if (changed)
    log(
      `The first weights lose the signal on its way through the layers (spread ${spreads[0]!.toPrecision(2)} in the first, ${spreads.at(-1)!.toPrecision(2)} in the last): each layer is rescaled to mean 0 and spread ${wantedSpread} on ${Math.min(1000, data.X.shape[0])} samples.`,
    );
  return feasibleWeights(engine, problem, weights);
}

function emptyMemory(method: BatchMethod, problem: Problem, engine: Engine): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(method.memory(problem)).map(([name, shape]) => [
      name,
      zeros(shape as readonly number[], engine.precision),
    ]),
  );
}

/** @throws UserError where targets cannot be changed as asked. */
function requireTargets({ smoothing, classWeights }: Config, loss: Loss, { task }: Dataset): void {
  if (smoothing > 0 && (task !== 'classification' || loss.coding !== '0/1'))
    throw new UserError(
      `The setting smoothing is ${smoothing}, and the loss ${loss.name} for ${task} has no class targets in {0, 1}: set it to 0 or use the loss softmaxCrossEntropy.`,
    );
  if (classWeights !== 'none' && loss.name !== softmaxCrossEntropy.name)
    throw new UserError(
      `Balanced classes need a loss that is linear in its targets, and ${loss.name} for ${task} is not: use the loss ${softmaxCrossEntropy.name}.`,
    );
}

async function firstState(pose: Pose): Promise<State> {
  const { config, network, problem, surroundings, data, resume, first } = pose;
  const { engine } = surroundings;
  const { X, Y } = data;
  const chunks = chunksOf(X.shape[0], config.chunk);
  const weights =
    resume?.weights ??
    (await feasibleWeights(
      engine,
      problem,
      first ?? initialise(network, config.init, config.seed, engine.precision),
    ));
  const given = { V0: viewSamples(chunks, X, engine.precision), Y: viewSamples(chunks, Y, engine.precision) };
  if (resume?.samples) return { chunks, weights, samples: { ...resume.samples, ...given } };
  const names = stateNames(problem);
  const states = names.map((name) => [
    name,
    emptySamples(chunks, network.widths[Number(name.slice(1))]!, engine.precision),
  ]);
  const samples: Record<string, Samples> = { ...given, ...Object.fromEntries(states) };
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
