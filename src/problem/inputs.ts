import type { Ops } from '../algebra/ops.ts';

/** What a layer is given: M_n of ZB (1). Layers are counted from 0, the data, to N. */
export interface LayerInputs {
  /** Earlier layers before the weights, in the order of their columns: W_n = [W_{n,m}]_m, `[d_n, Σ_m d_m]`. */
  readonly learned: readonly number[];
  /** Earlier layers of the width of this one that are added as they are, W_{n,m} = I: the skips of ZB Fig. 2. */
  readonly added: readonly number[];
}

/** Of layer i in a chain: W_i V_{i−1}. */
export function chained(layer: number): LayerInputs {
  return { learned: [layer - 1], added: [] };
}

export function isChained({ learned, added }: LayerInputs, layer: number): boolean {
  return learned.length === 1 && learned[0] === layer - 1 && added.length === 0;
}

/** Σ_m d_m: the columns of W_n. */
export function fanIn(widths: readonly number[], { learned }: LayerInputs): number {
  return learned.reduce((sum, m) => sum + widths[m]!, 0);
}

/** Where the columns of W_n begin and end that belong to each of its layers. */
export function weightColumns(
  widths: readonly number[],
  { learned }: LayerInputs,
): { readonly layer: number; readonly from: number; readonly to: number }[] {
  let end = 0;
  return learned.map((layer) => {
    const from = end;
    end += widths[layer]!;
    return { layer, from, to: end };
  });
}

/** W_{n,m}, the columns of W_n, with the layer m that stands before them. */
export function weightParts<T>(
  o: Ops<T>,
  W: T,
  widths: readonly number[],
  inputs: LayerInputs,
): { readonly layer: number; columns(): T }[] {
  const ranges = weightColumns(widths, inputs);
  return ranges.map(({ layer, from, to }) => ({
    layer,
    columns: () => (ranges.length === 1 ? W : o.columns(W, from, to)),
  }));
}

/** `V1`, … that stand before the weights, side by side. */
export function learnedInput<T>(o: Ops<T>, x: Readonly<Record<string, T>>, { learned }: LayerInputs): T {
  return o.concat(learned.map((m) => x[`V${m}`]!));
}

/** What is given, without the layers that are added to it. */
export function withoutAdded<T>(
  o: Ops<T>,
  x: Readonly<Record<string, T>>,
  { added }: LayerInputs,
  value: T,
): T {
  return added.reduce((rest, m) => o.sub(rest, x[`V${m}`]!), value);
}

/** W_n [V_m]_m + b_n + Σ_m V_m for every sample: what the activation of the layer is applied to. */
export function linearMap<T>(
  o: Ops<T>,
  x: Readonly<Record<string, T>>,
  inputs: LayerInputs,
  layer: number,
): T {
  const product = o.product(learnedInput(o, x, inputs), x[`W${layer}`]!, {
    transposeB: true,
    plus: x[`b${layer}`]!,
  });
  return inputs.added.reduce((sum, m) => o.add(sum, x[`V${m}`]!), product);
}

/** `W2 V1 + V0`, `W3 [V2 V1]`: the linear map of a layer, without its bias. */
export function describeInputs({ learned, added }: LayerInputs, layer: number): string {
  const states = learned.map((m) => `V${m}`);
  const before = states.length === 1 ? states[0] : `[${states.join(' ')}]`;
  return [`W${layer} ${before}`, ...added.map((m) => `V${m}`)].join(' + ');
}
