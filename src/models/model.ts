import type { LayerWeights, Network } from './network.ts';

/** x ↦ (x − shift) · scale for every column. */
export interface Scaling {
  readonly shift: readonly number[];
  readonly scale: readonly number[];
}

/** A trained network with all that is needed to use it on raw inputs: what `model.onnx` holds. */
export interface Model {
  readonly network: Network;
  readonly weights: readonly LayerWeights[];
  readonly task: 'classification' | 'regression';
  /** Names of the outputs: classes, or target columns. */
  readonly outputs: readonly string[];
  /** Names of the inputs, where the data had a header. */
  readonly features?: readonly string[];
  /** Applied to raw inputs before the first layer. */
  readonly inputScaling?: Scaling;
  /** Applied backwards after the last layer: raw = output / scale + shift. */
  readonly outputScaling?: Scaling;
  /** How it was trained, for people: method, data, seed, sweeps. */
  readonly training: Readonly<Record<string, string>>;
}
