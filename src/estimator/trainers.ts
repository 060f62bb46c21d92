import { UserError } from '../algebra/errors.ts';
import { baselines } from '../baselines/index.ts';
import { isLifted } from '../problem/problem.ts';
import { type Method, methods } from '../splitting/index.ts';
import { proxLinear } from '../splitting/proxLinear.ts';
import { threeSplitting } from '../splitting/threeSplitting.ts';
import type { GivenConfig } from './config.ts';

/** The name under which the method is chosen by what is asked for. */
export const auto = 'auto';

/** Everything that trains a network: the methods of the project and the solvers that they are compared with. */
export const trainers: readonly Method[] = [...methods, ...baselines];

export function trainerNamed(name: string): Method {
  return trainers.find((method) => method.name === name)!;
}

/** Mini-batches, unless something is asked for that only methods on all samples at once have. */
export function chosenMethod(given: GivenConfig): Method {
  if (given.method !== auto) return trainerNamed(given.method);
  return fullBatchSettings(given).length > 0 ? threeSplitting : proxLinear;
}

/** @throws UserError where a setting is given that the method has no use for. */
export function requireUseful(given: GivenConfig, method: Method): void {
  const refuse = (setting: string, why: string): never => {
    throw new UserError(`The setting ${setting} is not valid: ${method.name} ${why}.`);
  };
  if (given.rate !== undefined && method.defaults.rate === undefined) refuse('rate', 'has no learning rate');
  if (given.rateSchedule !== 'constant' && method.defaults.rate === undefined)
    refuse('rateSchedule', 'has no learning rate');
  if (given.theta !== undefined && !isLifted(method))
    refuse('theta', 'takes its steps whole, only tikhonov and fenchel take a part of each');
  if (given.batch !== undefined && method.defaults.batch === undefined)
    refuse('batch', 'updates all samples at once and has no mini-batches');
  const [first] = fullBatchSettings(given);
  if (first !== undefined && method.kind === 'batches')
    refuse(first, `works on mini-batches and cannot honour it, use the method ${threeSplitting.name}`);
}

/** The settings asked for that need all samples at once. */
function fullBatchSettings({ certify, tolerance, order, stateRegularizer }: GivenConfig): string[] {
  const asked = {
    certify,
    tolerance: tolerance !== undefined,
    order: order !== 'backward',
    stateRegularizer: stateRegularizer.weight > 0,
  };
  return Object.entries(asked).flatMap(([name, wanted]) => (wanted ? [name] : []));
}
