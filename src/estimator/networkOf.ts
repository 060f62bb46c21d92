import type { Model } from '../models/model.ts';
import { multiInput } from '../models/multiInput.ts';
import { inputsOf, mlp, type Network, residualMlp } from '../models/network.ts';
import { isChained } from '../problem/inputs.ts';
import type { Config } from './config.ts';

/** The settings that make a network. */
type NetworkSettings = Pick<Config, 'hidden' | 'activation' | 'residual' | 'inputs'>;

/** The network of a configuration between so many inputs and outputs. @throws UserError when there is none such. */
export function networkOf(
  { hidden, activation, residual, inputs }: NetworkSettings,
  inputWidth: number,
  outputWidth: number,
): Network {
  const network = (residual ? residualMlp : mlp)(inputWidth, hidden, outputWidth, activation);
  return inputs === undefined ? network : multiInput(network, inputs);
}

/** The settings of a run that starts from this model: its network, and a name for it. */
export function startSettings({ network }: Model, start: string): NetworkSettings & Pick<Config, 'start'> {
  const { widths, activation, residual = false } = network;
  const given = inputsOf(network).flatMap((inputs, i) =>
    isChained(inputs, i + 1) ? [] : [[String(i + 1), inputs] as const],
  );
  return {
    hidden: widths.slice(1, -1),
    activation,
    residual,
    ...(given.length > 0 && { inputs: Object.fromEntries(given) }),
    start,
  };
}
