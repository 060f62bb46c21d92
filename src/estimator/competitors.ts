import { UserError } from '../algebra/errors.ts';
import type { Task } from '../data/dataset.ts';
import { proxLinear } from '../splitting/proxLinear.ts';
import type { Config, ConfigInput } from './config.ts';
import { resolveConfig } from './resolveConfig.ts';
import { auto, trainerNamed, trainers } from './trainers.ts';

/** One of several ways to train a network that are compared. */
export interface Competitor {
  /** `adam`, or `sgd(0.01)` with a learning rate that is not tuned. */
  readonly name: string;
  /** Its `start`, where it has one, is the name of a competitor before it, whose network of the same trial it goes on with. */
  readonly config: Config;
  /** Whether its learning rate is to be found. */
  readonly tuned: boolean;
}

/**
 * The methods by name, all of them with the settings that are given, and with the loss and the label smoothing of the first where
 * none are: what is compared is how one objective is minimised.
 *
 * @throws UserError where a name is not known, or settings are not valid.
 */
export function competitorsOf(
  names: readonly string[],
  settings: ConfigInput,
  task: Task,
  samples?: number,
): readonly Competitor[] {
  if (new Set(names).size !== names.length)
    throw new UserError(`A method is named twice in "${names.join(', ')}": name each once.`);
  let shared: ConfigInput = {};
  return names.map((text) => {
    const [, name = text, rate] = /^(\w+)\((.*)\)$/.exec(text) ?? [];
    if (name !== auto && !trainers.some((trainer) => trainer.name === name))
      throw new UserError(
        `"${text}" is not a method; there are ${[auto, ...trainers.map((trainer) => trainer.name)].join(', ')}, and a learning rate may follow as in sgd(0.01).`,
      );
    const own = { method: name, ...(rate !== undefined && { rate: Number(rate) }) };
    const config = resolveConfig({ ...shared, ...suited(settings, name), ...own }, task, samples);
    shared = { loss: config.loss, smoothing: config.smoothing, ...shared };
    return { name: text, config, tuned: config.rate !== undefined && rate === undefined };
  });
}

/** Without the mini-batches and the learning rate that the method does not have. */
function suited({ batch, rate, rateSchedule, ...settings }: ConfigInput, name: string): ConfigInput {
  const { defaults } = name === auto ? proxLinear : trainerNamed(name);
  return {
    ...settings,
    ...(defaults.batch !== undefined && { batch }),
    ...(defaults.rate !== undefined && { rate, rateSchedule }),
  };
}
