import { UserError } from '../algebra/errors.ts';
import type { Task } from '../data/dataset.ts';
import type { Loss } from '../problem/loss.ts';
import { losses } from '../problem/losses/index.ts';
import { termNamed } from '../problem/named.ts';
import type { Config, ConfigInput } from './config.ts';
import { inputSchema } from './configSchema.ts';
import { chosenMethod, requireUseful } from './trainers.ts';

/**
 * Fills in the defaults: those of the method, and for the loss those of the task. Errors name the setting, what was given and
 * what is admissible.
 */
export function resolveConfig(input: ConfigInput, task: Task = 'classification'): Config {
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
      ...result.data,
      method: method.name,
    };
    requireConsistent(config);
    return config;
  }
  const issue = result.error.issues[0]!;
  if (issue.code === 'unrecognized_keys')
    throw new UserError(`There is no setting named "${[...issue.path, issue.keys[0]].join('.')}".`);
  throw new UserError(`The setting ${issue.path.join('.')} is not valid: ${issue.message}.`);
}

const lossNamed = (name: string): Loss => termNamed(losses, name, 'a loss');

function requireConsistent({ validation, scoreEvery, patience }: Config): void {
  if (validation > 0 && scoreEvery === 0)
    throw new UserError(
      'The setting validation is not valid: the best sweep is chosen by its scores, and scoreEvery is 0.',
    );
  if (patience !== undefined && validation === 0)
    throw new UserError(
      'The setting patience is not valid: it waits for the validation score, and validation is 0.',
    );
}
