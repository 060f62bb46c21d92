import type { Shape } from '../algebra/engine.ts';
import type { Ops } from '../algebra/ops.ts';
import type { Pass } from '../algebra/pass.ts';
import type { Tensor } from '../algebra/tensor.ts';
import { activations } from '../problem/activations/index.ts';
import { linearMap } from '../problem/inputs.ts';
import { termNamed } from '../problem/named.ts';
import { inputsOf, type LayerWeights, type Network, skipsOf, weightShapes } from './network.ts';

/**
 * The network applied to `V0`: U_i = W_i V_{i−1} + b_i, or what else the layer is given, V_i = σ(U_i), or V_{i−1} + σ(U_i) across a residual link, and V_N = U_N.
 * @returns every U and V by name.
 */
export function forward<T>(o: Ops<T>, x: Readonly<Record<string, T>>, network: Network): Record<string, T> {
  const sigma = termNamed(activations, network.activation, 'an activation');
  const skips = skipsOf(network);
  const N = network.widths.length - 1;
  const values: Record<string, T> = { ...x };
  for (const [k, given] of inputsOf(network).entries()) {
    const i = k + 1;
    const U = linearMap(o, values, given, i);
    values[`U${i}`] = o.name(U, `U${i}`);
    const activated = i === N ? U : sigma.value(o, U);
    const V = skips[i - 1] ? o.add(values[`V${i - 1}`]!, activated) : activated;
    values[`V${i}`] = i === N ? V : o.name(V, `V${i}`);
  }
  return values;
}

/** The pass that sets the named states, such as `U1` or `V3`, to their values in a forward pass. */
export function forwardPass(network: Network, states: readonly string[]): Pass {
  const inputs: Record<string, Shape> = { V0: ['n', network.widths[0]!] };
  for (const [i, shape] of weightShapes(network).entries()) {
    inputs[`W${i + 1}`] = shape;
    inputs[`b${i + 1}`] = [shape[0]];
  }
  return {
    samples: ['V0'],
    updates: Object.fromEntries(states.map((name) => [`next ${name}`, name])),
    expression: {
      name: 'forward',
      inputs,
      build(o, x) {
        const values = forward(o, x, network);
        return Object.fromEntries(states.map((name) => [`next ${name}`, values[name]!]));
      },
    },
  };
}

/** Weights under the names that expressions use: `W1`, `b1`, … */
export function namedWeights(weights: readonly LayerWeights[]): Record<string, Tensor> {
  return Object.fromEntries(
    weights.flatMap(({ W, b }, i) => [
      [`W${i + 1}`, W],
      [`b${i + 1}`, b],
    ]),
  );
}
