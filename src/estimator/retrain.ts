import type { Engine } from '../algebra/engine.ts';
import { floats, type Matrix, matrix, toPrecision } from '../algebra/tensor.ts';
import type { Classifier } from '../classify/classifier.ts';
import { classifiers, noClassifier } from '../classify/index.ts';
import { inputsOf, type LayerWeights, type Network } from '../models/network.ts';
import type { Config } from './config.ts';
import { argMax, predictor } from './scores.ts';

/** The classifier that a configuration asks for; undefined where the network keeps its last layer. */
export function classifierOf({ classifier }: Config): Classifier | undefined {
  return classifier === noClassifier ? undefined : classifiers.find(({ name }) => name === classifier)!;
}

/** Why the last layer cannot be a classifier, in a sentence; undefined where it can. */
export function refuseClassifier({ name }: Classifier, network: Network): string | undefined {
  const [added] = inputsOf(network).at(-1)!.added;
  if (added === undefined) return undefined;
  return `The classifier ${name} is all of the last layer, and V${added} is added to that: set classifier to none, or write "W V${added}".`;
}

/**
 * A network whose last layer is a classifier trained on what a forward pass gives that layer, V_{N−1} in a chain (ZB
 * section 3.2): all layers but the last as they are, and (W_N, b_N) of the classifier. Without hidden layers the features are the inputs.
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
  const features = await featuresOf(engine, network, chunk, weights, X);
  const { W, b, C } = await classifier.train(
    { features, labels: argMax(Y), classes: network.widths.at(-1)! },
    { ...(classifierC !== undefined && { C: classifierC }), seed, engine, log },
  );
  const { precision } = engine;
  return {
    weights: [...weights.slice(0, -1), { W: toPrecision(W, precision), b: toPrecision(b, precision) }],
    C,
  };
}

/** The layers that stand before the weights of the last, side by side, `[n, Σ_m d_m]`. */
async function featuresOf(
  engine: Engine,
  network: Network,
  chunk: number,
  weights: readonly LayerWeights[],
  X: Matrix,
): Promise<Matrix> {
  const parts: Matrix[] = [];
  for (const m of inputsOf(network).at(-1)!.learned)
    parts.push(m === 0 ? X : await (await predictor(engine, network, chunk, m)).outputs(weights, X));
  return parts.length === 1 ? parts[0]! : beside(parts, engine);
}

/** Matrices of as many rows, side by side. */
function beside(parts: readonly Matrix[], { precision }: Engine): Matrix {
  const rows = parts[0]!.shape[0];
  const width = parts.reduce((sum, { shape }) => sum + shape[1], 0);
  const data = floats(precision, rows * width);
  let from = 0;
  for (const { shape, data: part } of parts) {
    const columns = shape[1];
    for (let i = 0; i < rows; i++) data.set(part.subarray(i * columns, (i + 1) * columns), i * width + from);
    from += columns;
  }
  return matrix(rows, width, data);
}
