import { multiInput } from '../models/multiInput.ts';
import { mlp, type Network, residualMlp } from '../models/network.ts';
import type { Config } from './config.ts';

/** The network of a configuration between so many inputs and outputs. @throws UserError when there is none such. */
export function networkOf(
  { hidden, activation, residual, inputs }: Pick<Config, 'hidden' | 'activation' | 'residual' | 'inputs'>,
  inputWidth: number,
  outputWidth: number,
): Network {
  const network = (residual ? residualMlp : mlp)(inputWidth, hidden, outputWidth, activation);
  return inputs === undefined ? network : multiInput(network, inputs);
}
