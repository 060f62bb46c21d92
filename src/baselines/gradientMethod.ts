import type { Shape } from '../algebra/engine.ts';
import { type Ops, scaled } from '../algebra/ops.ts';
import { isQuadratic, type Problem, shapeOf, shapesOf, weightNames } from '../problem/problem.ts';
import type { BatchMethod, BatchSettings, BatchStep } from '../splitting/batchMethod.ts';
import { batchObjective } from './batchObjective.ts';
import { type Differentiable, gradients } from './reverse.ts';

/** What the next value of a parameter W_i or b_i is made of; all have its shape, or rank 0. */
export interface Present<T, Kept extends string> {
  readonly x: T;
  /** The gradient of the batch at x. */
  readonly g: T;
  readonly kept: Readonly<Record<Kept, T>>;
  /** The learning rate. */
  readonly rate: T;
  /** Which step this is: 1, 2, 3, …; rank 0. */
  readonly t: T;
}

export interface UpdateRule<Kept extends string> {
  readonly name: string;
  readonly title: string;
  readonly reference: string;
  /** The usual learning rate. */
  readonly rate: number;
  /** What is kept for each parameter from step to step, zero before the first. */
  readonly keeps: readonly Kept[];
  /** The next value of a parameter and of what is kept for it. */
  update<T>(
    o: Ops<T>,
    present: Present<T, Kept>,
  ): { readonly x: T; readonly kept: Readonly<Record<Kept, T>> };
}

/** Mini-batch descent along the gradient of `batchObjective` by back-propagation, with this rule for every parameter. */
export function gradientMethod<Kept extends string>(rule: UpdateRule<Kept>): BatchMethod {
  return {
    kind: 'batches',
    // The published methods start from the weights that they are given.
    calibrates: false,
    averages: () => false,
    name: rule.name,
    title: rule.title,
    reference: rule.reference,
    formulation: 'two-splitting',
    defaults: {
      hidden: [300, 300],
      loss: { classification: 'softmaxCrossEntropy', regression: 'squared' },
      penalties: () => ({ gamma: [1], alpha: { V: [1], U: [1], W: [1] } }),
      outputUpdate: () => 'proximal',
      init: 'he',
      sweeps: 10,
      smoothing: 0,
      batch: 128,
      rate: rule.rate,
    },

    refuse: (problem) => refuseRegularizers(rule.name, problem),

    memory: (problem) =>
      Object.fromEntries(
        weightNames(problem).flatMap((parameter) =>
          rule.keeps.map((kept): [string, Shape] => [nameOf(kept, parameter), shapeOf(problem, parameter)]),
        ),
      ),

    step: (o, problem, settings, given) => stepOf(o, rule, problem, settings, given),
  };
}

function stepOf<T, Kept extends string>(
  o: Ops<T>,
  rule: UpdateRule<Kept>,
  problem: Problem,
  settings: BatchSettings,
  { x, count, progress }: BatchStep<T>,
): Record<string, T> {
  const { rate = rule.rate, rateSchedule } = settings;
  const parameters = weightNames(problem);
  const shapes = shapesOf(problem, ['V0', 'Y', ...parameters]);
  const objective: Differentiable = (tape, values) => batchObjective(tape, problem, settings, values);
  const { gradients: g } = gradients(o, objective, x, shapes, parameters);
  const present = rateSchedule === 'linear' ? scaled(o, rate, o.sub(o.scalar(1), progress)) : o.scalar(rate);
  const common = { rate: present, t: o.add(count, o.scalar(1)) };
  const next: Record<string, T> = {};
  for (const parameter of parameters) {
    const kept = rule.keeps.map((what): [Kept, T] => [what, x[nameOf(what, parameter)]!]);
    const updated = rule.update<T>(o, {
      ...common,
      x: x[parameter]!,
      g: o.name(g[parameter]!, `gradient of ${parameter}`),
      kept: Object.fromEntries(kept) as Record<Kept, T>,
    });
    next[parameter] = updated.x;
    for (const what of rule.keeps) next[nameOf(what, parameter)] = updated.kept[what];
  }
  return next;
}

function nameOf(kept: string, parameter: string): string {
  return `${kept} of ${parameter}`;
}

function refuseRegularizers(name: string, problem: Problem): string | undefined {
  const { weightRegularizer: r, stateRegularizer: s } = problem;
  if (!isQuadratic(r))
    return `${name} descends along gradients and takes quadratic weight regularizers only, and ${r.term.name} (weight ${r.weight}) is not quadratic: use squaredL2 or none, or the method threeSplitting.`;
  if (problem.keepsZeros)
    return `${name} updates every weight, and zeros are to be kept: use the method proxLinear or threeSplitting.`;
  if (s.weight > 0)
    return `${name} trains the weights alone and has no states for the state regularizer ${s.term.name} (weight ${s.weight}) to act on: set its weight to 0, or use the method threeSplitting.`;
  return undefined;
}
