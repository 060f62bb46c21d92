import type { Engine } from '../algebra/engine.ts';
import type { Matrix, Tensor } from '../algebra/tensor.ts';

/** A linear classifier: the class of x has the largest of the scores W x + b. */
export interface LinearClassifier {
  /** `[classes, d]`, float64. */
  readonly W: Matrix;
  /** `[classes]`, float64. */
  readonly b: Tensor;
}

/** What a classifier is trained on. */
export interface LabelledFeatures {
  /** `[n, d]`, finite. */
  readonly features: Matrix;
  /** Class of each sample, from 0 to `classes` − 1; a class may have no sample. */
  readonly labels: ArrayLike<number>;
  readonly classes: number;
}

export interface ClassifierSettings {
  /** C > 0; found by the classifier's own rule where it is left out. */
  readonly C?: number;
  /** Of random orders and folds. */
  readonly seed: number;
  readonly engine: Engine;
  readonly log: (message: string) => void;
}

/**
 * A way to train a linear classifier on features that do not change, one class against the rest:
 * min ½‖w‖² + C Σ_i ξ(⟨w, x_i⟩ + b, y_i), y_i = ±1. Its file name is its registered name.
 */
export interface Classifier {
  readonly name: string;
  /** What is minimised for each class. */
  readonly formula: string;
  /** How C is found where it is not given. */
  readonly choice: string;
  readonly reference: string;
  /** @throws UserError where C or the features cannot be used. */
  train(
    data: LabelledFeatures,
    settings: ClassifierSettings,
  ): Promise<LinearClassifier & { readonly C: number }>;
}
