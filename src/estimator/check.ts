import { UserError } from '../algebra/errors.ts';
import { squaredNorm } from '../algebra/tensor.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Network } from '../models/network.ts';
import { type Theory, theoryOf } from '../solve/theory.ts';
import type { Config, ConfigInput } from './config.ts';
import { resolveConfig } from './resolveConfig.ts';
import { poseProblem } from './training.ts';

export interface Check {
  readonly network: Network;
  readonly config: Config;
  readonly theory: Theory;
  /** √(‖X‖² + n): Lemma 8 bounds the data and the ones that carry the biases too, so no B of a run is smaller. */
  readonly leastBound: number;
}

/**
 * What the theorems promise for training on these data with these settings, before any sweep.
 * @throws UserError when the settings are not valid or the method cannot solve the problem.
 */
export function check(train: Dataset, settings: ConfigInput = {}): Check {
  const config = resolveConfig({ method: 'threeSplitting', ...settings }, train.task);
  const { network, problem, method, updates } = poseProblem(config, train);
  if (method.kind !== 'blocks')
    throw new UserError(
      `The theorems are about methods that update all samples at once, and ${method.name} works on mini-batches: check the method threeSplitting.`,
    );
  const leastBound = Math.sqrt(squaredNorm(train.inputs) + train.inputs.shape[0]);
  return { network, config, theory: theoryOf(problem, method, updates), leastBound };
}
