import { UserError } from '../algebra/errors.ts';
import { chained, type LayerInputs } from '../problem/inputs.ts';
import { inputsOf, type Network } from './network.ts';

/** What some layers are given, by the number of the layer; the others are given the one below them. */
export type GivenInputs = Readonly<Record<string, LayerInputs>>;

/**
 * The network with layers that are given any earlier ones, ZB (1).
 *
 * @throws UserError where a layer is given one that is not earlier (a cycle) or does not exist, or the same one twice; where it has nothing
 *   before its weights; where it adds a layer of another width; and where a hidden layer leads nowhere.
 */
export function multiInput(network: Network, given: GivenInputs): Network {
  const N = network.widths.length - 1;
  for (const layer of Object.keys(given))
    if (!(Number.isInteger(Number(layer)) && Number(layer) >= 1 && Number(layer) <= N))
      throw new UserError(
        `The inputs of V${layer} are given, and the layers are V1 to V${N}: leave it out, or give more hidden layers.`,
      );
  if (network.residual)
    throw new UserError(
      'A network has residual links, or layers with inputs of their own, not both: leave --residual or --inputs out.',
    );
  const inputs = network.widths.slice(1).map((_, i) => given[i + 1] ?? chained(i + 1));
  for (const [i, one] of inputs.entries()) requireEarlier(one, i + 1, network.widths);
  const used = new Set(inputs.flatMap(({ learned, added }) => [...learned, ...added]));
  for (let m = 0; m < N; m++)
    if (!used.has(m))
      throw new UserError(
        `No layer is given V${m}${m === 0 ? ', the data' : ''}, which leads nowhere: name it in --inputs, as in "V${m + 1} = W V${m}".`,
      );
  return { ...network, inputs };
}

function requireEarlier({ learned, added }: LayerInputs, layer: number, widths: readonly number[]): void {
  const wrong = (detail: string): UserError =>
    new UserError(`The inputs of V${layer} are not valid: ${detail}.`);
  if (learned.length === 0)
    throw wrong(
      `nothing stands before its weights, give one layer at least as in "V${layer} = W V${layer - 1}"`,
    );
  for (const list of [learned, added])
    for (const [k, m] of list.entries()) {
      if (!Number.isInteger(m) || m < 0 || m >= layer)
        throw wrong(`V${m} is not an earlier layer, and those are V0 (the data) to V${layer - 1}`);
      if (list.indexOf(m) < k) throw wrong(`${list === learned ? 'W ' : ''}V${m} is given twice`);
    }
  for (const m of added)
    if (widths[m] !== widths[layer])
      throw wrong(
        `V${m} has ${widths[m]} units and V${layer} has ${widths[layer]}, and only layers of one width can be added: write "W V${m}"`,
      );
}

/**
 * `V2 = W V1 + V0; V3 = W V2 + W V1 + V0`: for each layer that is named, the earlier layers that stand before weights of their own and
 * those that are added as they are. The activation, which all hidden layers have, is not written; V0 are the data.
 *
 * @throws UserError where it cannot be read.
 */
export function parseInputs(text: string): GivenInputs {
  const given: Record<string, LayerInputs> = {};
  for (const equation of text.split(';').map((part) => part.trim())) {
    if (equation === '') continue;
    const [, layer, right] = /^V(\d+)\s*=(.*)$/.exec(equation) ?? [];
    const terms = right?.split('+').map((term) => /^\s*(W\s*)?V(\d+)\s*$/.exec(term));
    if (layer === undefined || terms === undefined || terms.includes(null))
      throw new UserError(
        `"${equation}" is not an equation of layers such as "V2 = W V1 + V0": W before the layers that are learned from, + between them, ; between equations.`,
      );
    if (layer in given)
      throw new UserError(`The inputs "${text}" have two equations for V${layer}: give one.`);
    const of = (learned: boolean): number[] =>
      terms.flatMap((term) => (Boolean(term![1]) === learned ? [Number(term![2])] : []));
    given[layer] = { learned: of(true), added: of(false) };
  }
  return given;
}

/** A Mermaid flow chart: layers as boxes, learned weights as arrows, layers that are added as dotted ones. */
export function mermaid(network: Network): string {
  const N = network.widths.length - 1;
  const boxes = network.widths.map((width, n) => {
    const role = n === 0 ? 'inputs' : n === N ? 'outputs' : network.activation;
    return `  V${n}["V${n}: ${width} ${role}"]`;
  });
  const arrows = inputsOf(network).flatMap(({ learned, added }, i) => [
    ...learned.map((m) => `  V${m} -->|W${i + 1}| V${i + 1}`),
    ...added.map((m) => `  V${m} -.-> V${i + 1}`),
    ...(network.residual && i > 0 && i < N - 1 ? [`  V${i} -.-> V${i + 1}`] : []),
  ]);
  return `${['flowchart LR', ...boxes, ...arrows].join('\n')}\n`;
}
