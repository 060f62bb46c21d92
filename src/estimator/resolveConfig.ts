import { UserError } from '../algebra/errors.ts';
import { noClassifier } from '../classify/index.ts';
import type { Task } from '../data/dataset.ts';
import type { Loss } from '../problem/loss.ts';
import { losses } from '../problem/losses/index.ts';
import { termNamed } from '../problem/named.ts';
import type { MethodDefaults } from '../splitting/method.ts';
import type { Config, ConfigInput } from './config.ts';
import { inputSchema } from './configSchema.ts';
import { chosenMethod, requireUseful } from './trainers.ts';

/**
 * Fills in the defaults: those of the method, for the loss those of the task, and where samples are few more sweeps of
 * mini-batches. Errors name the setting, what was given and what is admissible.
 */
export function resolveConfig(
  input: ConfigInput,
  task: Task = 'classification',
  samples: number = Number.POSITIVE_INFINITY,
): Config {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const result = inputSchema.safeParse(given);
  if (result.success) {
    const method = chosenMethod(result.data);
    requireUseful(result.data, method);
    const { loss: ofTask, outputUpdate, hidden: usual, penalties, smoothing, ...defaults } = method.defaults;
    const loss = result.data.loss ?? ofTask[task];
    const hidden = result.data.hidden ?? [...usual];
    const { gamma, alpha } = penalties(hidden.length + 1);
    const config: Config = {
      ...defaults,
      smoothing: task === 'classification' && lossNamed(loss).coding === '0/1' ? smoothing : 0,
      hidden,
      loss,
      outputUpdate: outputUpdate(lossNamed(loss)),
      gamma: [...gamma],
      alpha: { V: [...alpha.V], U: [...alpha.U], W: [...alpha.W] },
      sweeps: usualSweeps(method.defaults, result.data.batch, samples),
      ...result.data,
      method: method.name,
    };
    requireConsistent(config);
    requireClassifier(config, task);
    return config;
  }
  const issue = result.error.issues[0]!;
  if (issue.code === 'unrecognized_keys')
    throw new UserError(`There is no setting named "${[...issue.path, issue.keys[0]].join('.')}".`);
  throw new UserError(`The setting ${issue.path.join('.')} is not valid: ${issue.message}.`);
}

/** Steps that a run on mini-batches should have, and sweeps that are enough for it. */
const [fewestSteps, mostSweeps] = [1000, 100];

function usualSweeps({ sweeps, batch: usual }: MethodDefaults, batch = usual, samples: number): number {
  if (batch === undefined) return sweeps;
  const perSweep = Math.max(1, Math.floor(samples / batch));
  return Math.max(sweeps, Math.min(mostSweeps, Math.ceil(fewestSteps / perSweep)));
}

const lossNamed = (name: string): Loss => termNamed(losses, name, 'a loss');

function requireConsistent({
  validation,
  scoreEvery,
  patience,
  keepZeros,
  start,
  spareOutput,
  weightRegularizer,
}: Config): void {
  if (spareOutput && weightRegularizer.weight === 0)
    throw new UserError(
      'The setting spareOutput is not valid: it leaves the last layer without the weight regularizer, and there is none.',
    );
  if (keepZeros && start === undefined)
    throw new UserError(
      'The setting keepZeros is not valid: weights that are drawn have no zeros, start from a model that has.',
    );
  if (validation > 0 && scoreEvery === 0)
    throw new UserError(
      'The setting validation is not valid: the best sweep is chosen by its scores, and scoreEvery is 0.',
    );
  if (patience !== undefined && validation === 0)
    throw new UserError(
      'The setting patience is not valid: it waits for the validation score, and validation is 0.',
    );
}

function requireClassifier({ classifier, classifierC, classWeights }: Config, task: Task): void {
  if (classifier === noClassifier) {
    if (classifierC !== undefined)
      throw new UserError(
        'The setting classifierC is not valid: it is for a classifier that is trained on the features, and classifier is none.',
      );
    return;
  }
  if (task !== 'classification')
    throw new UserError(
      `The setting classifier is not valid: ${classifier} tells classes apart and the target is for ${task}, set it to none.`,
    );
  if (classWeights !== 'none')
    throw new UserError(
      `The setting classWeights is not valid: the classifier ${classifier} counts every sample the same, set one of the two to none.`,
    );
}
