import {
  activationOf,
  depth,
  isLifted,
  isQuadratic,
  layers,
  type Problem,
  weightRegularizerOf,
} from '../problem/problem.ts';
import { alphaOf, type BlockMethod, type MethodSettings } from '../splitting/method.ts';

/** One hypothesis of a theorem, and whether the problem satisfies it. */
export interface Hypothesis {
  readonly name: string;
  readonly holds: boolean;
  readonly sentence: string;
}

/** What ZLLY promise for a problem, a method and its settings, before any sweep. */
export interface Theory {
  readonly theorem: 'ZLLY Theorem 1' | 'ZLLY Theorem 2' | 'ZLLY Theorem 3' | 'ZB Theorem 1';
  /** Whether all of the theorem holds, only where the iterates stay bounded, or only the descent. */
  readonly verdict: 'holds' | 'holds where bounded' | 'descent only';
  readonly sentence: string;
  readonly hypotheses: readonly Hypothesis[];
  /** `a` of the sufficient descent, (C.4) or (C.5). */
  readonly descentConstant: number;
  /** `b̄` of the relative error, for a bound B of the iterates; undefined where none is stated. */
  relativeErrorConstant(bound: number): number | undefined;
}

/**
 * The hypotheses of ZLLY Theorems 1 to 3: Assumption 1, the coercivity conditions, the Lipschitz gradient and α of Theorem 2, and
 * that every block is minimised, as section 2.2 assumes.
 *
 * Of the conditions of Theorem 1, (ii) can be seen beforehand. (iii) follows from it: with W bounded, V_0 = X and the coupling terms bound
 * U_1, V_1, U_2 and so on; without it W_i is free wherever V_{i−1} = 0, and L is not coercive. What is left is (i), which a run shows.
 */
export function theoryOf(problem: Problem, method: BlockMethod, settings: MethodSettings): Theory {
  if (isLifted(problem)) return liftedTheory(problem, method, settings);
  const hypotheses = [...assumption(problem), ...linearisation(problem, settings)];
  const coercive = coercivity(problem);
  const lowered = method.inexact(problem);
  const minimised: Hypothesis = {
    name: 'blocks minimised',
    holds: lowered === undefined,
    sentence: lowered ?? minimisation(problem),
  };
  const residual = problem.skips.includes(true);
  const linear = settings.outputUpdate === 'proxLinear';
  const theorem = residual ? 'ZLLY Theorem 3' : linear ? 'ZLLY Theorem 2' : 'ZLLY Theorem 1';
  const verdict =
    !hypotheses.every(({ holds }) => holds) || !minimised.holds
      ? 'descent only'
      : coercive.holds
        ? 'holds'
        : 'holds where bounded';
  return {
    theorem,
    verdict,
    sentence: sentences[verdict](theorem),
    hypotheses: [...hypotheses, minimised, coercive],
    descentConstant: method.descentConstant(problem, settings, 1),
    relativeErrorConstant: (bound) => method.relativeErrorConstant(problem, settings, bound),
  };
}

/**
 * ZB Theorem 1: f bounded below and block multi-convex (Proposition 2; Fenchel-lifted with M as a block, see `fenchel`), and Σ_{k ≥ t} θ_k/(1 − θ_k) → 0, which keeps the iterates from moving
 * far. That the limit is stationary is the theorem's claim for any such θ, also for θ = 0, for which it fails: with steps
 * that die out the iterates converge wherever they are. What is certain of each sequence is said apart.
 */
function liftedTheory(problem: Problem, method: BlockMethod, settings: MethodSettings): Theory {
  const { relaxation } = settings;
  const lowered = method.inexact(problem);
  const hypotheses: Hypothesis[] = [
    {
      name: 'bounded below',
      holds: problem.loss.properties.nonnegative,
      sentence: `The loss ${problem.loss.name} is nonnegative, and so is f.`,
    },
    {
      name: 'Proposition 2',
      holds: problem.loss.properties.convex,
      sentence: `The loss ${problem.loss.name} is convex, and f in each of its blocks${problem.formulation === 'fenchel-lifted' ? ', the negative parts of the preactivations among them' : ''}.`,
    },
    {
      name: 'blocks minimised',
      holds: lowered === undefined,
      sentence:
        lowered ?? 'Every block is minimised: the states to a tenth of rho ||dV||, the weights exactly.',
    },
    {
      name: 'theta summable',
      holds: relaxation?.summable ?? false,
      sentence:
        relaxation === undefined
          ? 'Steps are taken whole, with proximal terms of the weight alpha: the steps do not die out by themselves.'
          : relaxation.summable
            ? `theta = ${relaxation.name}: the sum of theta_k/(1 - theta_k) over k >= t tends to 0, so that the iterates converge, stationary or not.`
            : `theta = ${relaxation.name}: the sum of theta_k/(1 - theta_k) over k >= t does not tend to 0; the steps end where f stops falling.`,
    },
  ];
  const all = hypotheses.every(({ holds }) => holds);
  return {
    theorem: 'ZB Theorem 1',
    verdict: all ? 'holds' : 'descent only',
    sentence: all
      ? 'ZB Theorem 1 holds: f falls in every sweep and the iterates converge; its claim that the limit is stationary is not checked by its proof where steps die out, and --certify measures it.'
      : 'Of ZB Theorem 1 only the descent is certain: f falls in every sweep by a times the squared movement at least; that the limit is critical is measured by --certify and not promised.',
    hypotheses,
    descentConstant: method.descentConstant(problem, settings, 2),
    relativeErrorConstant: () => undefined,
  };
}

const sentences: Readonly<Record<Theory['verdict'], (theorem: string) => string>> = {
  holds: (theorem) =>
    `${theorem} holds: from any start L converges, the iterates converge to a critical point, and the mean squared residual falls like 1/K.`,
  'holds where bounded': (theorem) =>
    `${theorem} holds as long as the iterates stay bounded, its condition (i), which a run with --certify shows.`,
  'descent only': (theorem) =>
    `Of ${theorem} only the descent is certain: L falls in every sweep by a times the squared movement at least; that the limit is critical is measured by --certify and not promised.`,
};

/** A step that keeps the two inequalities (C.3) and (C.18) serves the proofs as well as a minimiser. */
function minimisation({ weightRegularizer: r, stateRegularizer: s }: Problem): string {
  const steps = [
    ...(isQuadratic(s) ? [] : [`a hidden V with s = ${s.term.name} takes a prox-linear step`]),
    ...(isQuadratic(r) ? [] : [`a W with r = ${r.term.name} is solved to a tenth of alpha ||dW||`]),
  ];
  return steps.length === 0
    ? 'Every block is minimised, as section 2.2 assumes.'
    : `Every block is minimised, but ${steps.join(' and ')}; (C.3) and (C.18), on which the proof rests, hold all the same.`;
}

function assumption(problem: Problem): Hypothesis[] {
  const { loss, weightRegularizer: r, stateRegularizer: s } = problem;
  const sigmas = [
    ...new Set(
      layers(problem)
        .slice(0, -1)
        .map((i) => activationOf(problem, i)),
    ),
  ];
  const regularizers = [r, s].filter(({ weight }) => weight > 0).map(({ term }) => term);
  const terms = [loss, ...sigmas, ...regularizers];
  const priors =
    regularizers.length === 0
      ? 'r = s = 0'
      : [...new Set(regularizers.map(({ name }) => name))].join(' and ');
  return [
    {
      name: 'Assumption 1 (a)',
      holds: loss.properties.nonnegative,
      sentence: `The loss ${loss.name} is nonnegative and continuous on its domain.`,
    },
    {
      name: 'Assumption 1 (b)',
      holds: true,
      sentence:
        sigmas.length === 0
          ? 'There is no hidden layer.'
          : `${sigmas.map(({ name }) => name).join(', ')} is Lipschitz continuous on every bounded set.`,
    },
    {
      name: 'Assumption 1 (c)',
      holds: regularizers.every(({ properties }) => properties.convex && properties.nonnegative),
      sentence: `${priors}: nonnegative, convex and lower semicontinuous.`,
    },
    {
      name: 'Assumption 1 (d)',
      holds: true,
      sentence: `${terms.map(({ name, properties }) => `${name} is ${properties.definability}`).join(', ')}.`,
    },
  ];
}

function linearisation(problem: Problem, { outputUpdate, alpha }: MethodSettings): Hypothesis[] {
  if (outputUpdate === 'proximal') return [];
  const L = problem.loss.properties.gradientLipschitz;
  return [
    {
      name: 'Theorem 2',
      holds: L !== undefined,
      sentence: `The gradient of ${problem.loss.name} has the Lipschitz constant ${L}, and alpha of V_${depth(problem)}, ${alphaOf(alpha.V, depth(problem))}, is above max(0, (L - gamma)/2).`,
    },
  ];
}

function coercivity(problem: Problem): Hypothesis {
  // The last layer is the only one that can be without r.
  const { term, weight } = weightRegularizerOf(problem, depth(problem));
  const holds = weight > 0 && term.properties.coercive;
  return {
    name: 'conditions (ii), (iii)',
    holds,
    sentence: holds
      ? `r = ${term.name} is coercive on every W, and with it L.`
      : `r = ${weight > 0 ? term.name : 0}${problem.sparesOutput ? ` on W_${depth(problem)}` : ''} is not coercive: a weight regularizer that is, such as squaredL2:0.001, bounds the iterates from any start.`,
  };
}
