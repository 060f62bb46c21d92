import type { Engine } from '../algebra/engine.ts';
import { type Matrix, toPrecision } from '../algebra/tensor.ts';
import type { Classifier } from '../classify/classifier.ts';
import { classifiers, noClassifier } from '../classify/index.ts';
import type { LayerWeights, Network } from '../models/network.ts';
import type { Config } from './config.ts';
import { argMax, predictor } from './scores.ts';

/** The classifier that a configuration asks for; undefined where the network keeps its last layer. */
export function classifierOf({ classifier }: Config): Classifier | undefined {
  return classifier === noClassifier ? undefined : classifiers.find(({ name }) => name === classifier)!;
}

/**
 * A network whose last layer is a classifier trained on the features V_{N−1} of a forward pass (ZB section 3.2): all layers but the
 * last as they are, and (W_N, b_N) of the classifier. Without hidden layers the features are the inputs.
 *
 * @param data inputs `[n, d_0]` and one-hot or ±1 rows of classes `[n, d_N]`, as the network sees them.
 * @throws UserError where features are not finite.
 */
export async function retrain(
  classifier: Classifier,
  network: Network,
  weights: readonly LayerWeights[],
  { X, Y }: { readonly X: Matrix; readonly Y: Matrix },
  { engine, log }: { readonly engine: Engine; readonly log: (message: string) => void },
  { classifierC, seed, chunk }: Config,
): Promise<{ readonly weights: readonly LayerWeights[]; readonly C: number }> {
  const last = network.widths.length - 1;
  const features =
    last === 1 ? X : await (await predictor(engine, network, chunk, last - 1)).outputs(weights, X);
  const { W, b, C } = await classifier.train(
    { features, labels: argMax(Y), classes: network.widths[last]! },
    { ...(classifierC !== undefined && { C: classifierC }), seed, engine, log },
  );
  const { precision } = engine;
  return {
    weights: [...weights.slice(0, -1), { W: toPrecision(W, precision), b: toPrecision(b, precision) }],
    C,
  };
}
