import { permutation } from '../algebra/random.ts';

/** Samples for training and those held out, by row. */
export interface Fold {
  readonly train: Uint32Array;
  readonly held: Uint32Array;
}

/**
 * Stratified folds: samples in random order, sorted by class, of which `most` are taken at even distances, and dealt to the folds one
 * after the other. So every class is shared out to within one sample, and a class rarer than folds is missing in some.
 */
export function stratifiedFolds(
  labels: ArrayLike<number>,
  count: number,
  most: number,
  seed: number,
): Fold[] {
  const n = labels.length;
  const order = permutation(n, seed);
  const byClass = Array.from(order).sort((a, b) => labels[a]! - labels[b]!);
  const size = Math.min(n, most);
  const taken = Array.from({ length: size }, (_, k) => byClass[Math.floor((k * n) / size)]!);
  return Array.from({ length: count }, (_, fold) => ({
    train: Uint32Array.from(taken.filter((_, k) => k % count !== fold)),
    held: Uint32Array.from(taken.filter((_, k) => k % count === fold)),
  }));
}
