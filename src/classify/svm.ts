import type { Classifier } from './classifier.ts';
import { crossValidate, foldCount, mostSamples } from './crossValidation.ts';
import { linearSvm } from './linearSvm.ts';

/** The classifier of ZB section 3.2 on learned features, with the squared hinge, the default of LIBLINEAR. */
export const svm: Classifier = {
  name: 'svm',
  formula: '1/2 |w|^2 + 1/2 b^2 + C sum_i max(0, 1 - y_i (<w, x_i> + b))^2, y_i in {-1, 1}',
  choice: `${foldCount}-fold cross-validation on ${mostSamples.toLocaleString('en')} samples at most`,
  reference: 'Hsieh, Chang, Lin, Keerthi & Sundararajan 2008; ZB section 3.2',
  async train(data, { C: given, seed, log }) {
    const C = given ?? crossValidate(data, seed).C;
    const trained = linearSvm(data, { C, seed });
    const open = trained.solutions.filter(({ status }) => status !== 'converged');
    if (open.length > 0) {
      const gap = Math.max(...open.map(({ primal, dual }) => (primal - dual) / primal));
      log(
        `The svm of ${open.length} of ${data.classes} classes stopped at the limit of rounds, within ${gap.toExponential(1)} of its optimum: a smaller C takes fewer rounds.`,
      );
    }
    return { W: trained.W, b: trained.b, C };
  },
};
