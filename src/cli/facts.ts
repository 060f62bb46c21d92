import type { Config } from '../estimator/config.ts';
import type { DataRequest } from '../estimator/node/checkpoint.ts';
import type { Retrained, Training } from '../estimator/training.ts';
import { initialisations } from '../models/initialise.ts';
import { describeNetwork } from '../models/network.ts';
import type { Scores } from '../solve/record.ts';
import type { Solution } from '../solve/solve.ts';
import { scoreText } from './format.ts';

/** What a run was, as names and values for people: shown in the report and stored in the model. */
export function factsOf(run: {
  readonly request: DataRequest;
  readonly config: Config;
  readonly training: Training;
  readonly solution: Solution;
  readonly scores: Scores;
  readonly retrained: Retrained | undefined;
  readonly seconds: number;
  readonly engine: string;
}): [string, string][] {
  const { request, config, training, solution, scores, retrained } = run;
  return [
    ['data', `${request.source}, ${training.train.inputs.shape[0].toLocaleString('en')} training samples`],
    ...(request.target === undefined ? [] : [['target', request.target] as [string, string]]),
    ['network', `${describeNetwork(training.network)}, ${config.activation}`],
    ...methodFacts(config, training.kind),
    ...(config.smoothing > 0 ? [['label smoothing', String(config.smoothing)] as [string, string]] : []),
    ...(config.classWeights === 'none' ? [] : [['class weights', config.classWeights] as [string, string]]),
    ...regularizerFacts(config),
    ...(config.keepZeros ? [['zeros of the start', 'kept'] as [string, string]] : []),
    [
      'start',
      config.start ?? `${config.init}: ${initialisations[config.init]!.formula}, seed ${config.seed}`,
    ],
    ['precision', config.precision],
    ['engine', run.engine],
    ['sweeps', String(solution.sweeps)],
    ...(solution.best ? [['best sweep on validation', String(solution.best.sweep)] as [string, string]] : []),
    ...(retrained
      ? [
          [
            'classifier',
            `${retrained.name} on the features of the last hidden layer, C = ${retrained.C}`,
          ] as [string, string],
          ...scoreFacts(retrained.before, 'score before the classifier', training),
        ]
      : []),
    ...scoreFacts(scores, 'score', training),
    ['seconds', run.seconds.toFixed(1)],
  ];
}

function scoreFacts(scores: Scores, what: string, { train }: Training): [string, string][] {
  return Object.entries(scores).map(([on, score]) => [`${on} ${what}`, scoreText(score, train.task)]);
}

function methodFacts(config: Config, kind: Training['kind']): [string, string][] {
  const { method, loss, alpha, theta } = config;
  if (config.rate !== undefined)
    return [
      ['method', `${method}, mini-batches of ${config.batch}`],
      ['loss', loss],
      ['learning rate', String(config.rate)],
    ];
  const how = kind === 'blocks' ? `${config.order} order` : `mini-batches of ${config.batch}`;
  const weights = kind === 'blocks' ? `V ${alpha.V.join(' ')}, U ${alpha.U.join(' ')}, ` : '';
  return [
    ['method', `${method}, ${how}`],
    ['loss', config.outputUpdate === 'proximal' ? loss : `${loss}, linearised`],
    ['gamma', config.gamma.join(', ')],
    ['alpha', `${weights}W ${alpha.W.join(' ')}`],
    ...(theta === undefined ? [] : [['theta', theta] as [string, string]]),
  ];
}

function regularizerFacts({ weightRegularizer, spareOutput, stateRegularizer }: Config): [string, string][] {
  const roles = [
    [`weight regularizer${spareOutput ? ' of the hidden layers' : ''}`, weightRegularizer],
    ['state regularizer', stateRegularizer],
  ] as const;
  return roles
    .filter(([, { term, weight }]) => weight > 0 && term !== 'none')
    .map(([role, { term, weight }]) => [role, `${term}, weight ${weight}`]);
}
