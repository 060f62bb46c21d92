import { UserError } from '../algebra/errors.ts';
import type { Config, ConfigInput } from './config.ts';
import { configSchema } from './configSchema.ts';

/** Fills in the defaults. Errors name the setting, what was given and what is admissible. */
export function resolveConfig(input: ConfigInput): Config {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const result = configSchema.safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  if (issue.code === 'unrecognized_keys')
    throw new UserError(`There is no setting named "${[...issue.path, issue.keys[0]].join('.')}".`);
  throw new UserError(`The setting ${issue.path.join('.')} is not valid: ${issue.message}.`);
}
