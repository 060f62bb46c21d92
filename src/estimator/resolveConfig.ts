import { UserError } from '../algebra/errors.ts';
import type { Config, ConfigInput } from './config.ts';
import { configSchema } from './configSchema.ts';

/** Fills in the defaults. Errors name the setting, what was given and what is admissible. */
export function resolveConfig(input: ConfigInput): Config {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const result = configSchema.safeParse(given);
  if (result.success) {
    const { validation, scoreEvery } = result.data;
    if (validation > 0 && scoreEvery === 0)
      throw new UserError(
        'The setting validation is not valid: the best sweep is chosen by its scores, and scoreEvery is 0.',
      );
    return result.data;
  }
  const issue = result.error.issues[0]!;
  if (issue.code === 'unrecognized_keys')
    throw new UserError(`There is no setting named "${[...issue.path, issue.keys[0]].join('.')}".`);
  throw new UserError(`The setting ${issue.path.join('.')} is not valid: ${issue.message}.`);
}
