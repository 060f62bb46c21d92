import type { Classifier } from './classifier.ts';
import { ridge } from './ridge.ts';
import { svm } from './svm.ts';

/** The registered classifiers. Adding one is adding its file and its line here. */
export const classifiers: readonly Classifier[] = [ridge, svm];

/** The name that leaves the network's own last layer. */
export const noClassifier = 'none';

export const classifierNames: readonly string[] = [noClassifier, ...classifiers.map(({ name }) => name)];
