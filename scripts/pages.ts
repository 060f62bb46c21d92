import { baselines } from '../src/baselines/index.ts';
import type { Activation } from '../src/problem/activation.ts';
import { identity } from '../src/problem/activations/identity.ts';
import { activations } from '../src/problem/activations/index.ts';
import { chained } from '../src/problem/inputs.ts';
import type { Loss } from '../src/problem/loss.ts';
import { losses } from '../src/problem/losses/index.ts';
import { memberUsage } from '../src/problem/named.ts';
import type { Formulation, Problem } from '../src/problem/problem.ts';
import type { Regularizer } from '../src/problem/regularizer.ts';
import { regularizers } from '../src/problem/regularizers/index.ts';
import type { Family, Term } from '../src/problem/term.ts';
import { theoryOf } from '../src/solve/theory.ts';
import { blockMethods, methods } from '../src/splitting/index.ts';
import type { BlockMethod, MethodSettings, OutputUpdate } from '../src/splitting/method.ts';

const [opening, closing] = ['<!-- generated: npm run docs -->', '<!-- end of generated -->'];

/** The pages of docs/ that follow from the registry, by name; the prose of methods.md is kept. */
export function pages(methodsPage: string): Readonly<Record<string, string>> {
  const [before, rest] = methodsPage.split(opening);
  const after = rest?.split(closing)[1];
  if (before === undefined || after === undefined)
    throw new Error(`docs/methods.md has no part between ${opening} and ${closing}`);
  return {
    'functions.md': functionsPage(),
    'methods.md': `${before}${opening}\n${methodTables()}\n${closing}${after}`,
  };
}

type Cells = readonly string[];

function table(heads: Cells, rows: readonly Cells[]): string {
  const line = (cells: Cells): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

/** As code; a bar would end the cell. */
const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;
const listed = (facts: readonly (string | false | undefined)[]): string => facts.filter(Boolean).join(', ');

function functionsPage(): string {
  return `${opening}
# Losses, activations, regularizers

All that are registered. A term of a family takes numbers in brackets, \`--activation 'softplus(5)'\`; without brackets it has its
default numbers. *Prox* is how the subproblem of the term is solved, to rounding: step · ℓ(v; y) + ½‖v − x‖² of a loss, (E.1) of an
activation, step · r(x) + ½‖x − z‖² of a regularizer. ZLLY is the paper named in [methods.md](methods.md). Every term satisfies its
Assumption 1.

## Losses

ℓ(v; y) of one sample; v is its row of V_N. *Gradient L* is the Lipschitz constant of ∇ℓ that \`--output-update proxLinear\` needs.

${table(
  ['loss', 'formula', 'for', 'prox', 'properties', 'gradient L', 'reference'],
  losses.map((loss) => [
    ...named(loss),
    loss.tasks.join(', '),
    loss.solution,
    listed([
      loss.properties.convex && 'convex',
      loss.properties.smooth && 'smooth',
      loss.properties.definability,
    ]),
    String(loss.properties.gradientLipschitz ?? 'none'),
    loss.reference,
  ]),
)}

## Activations

σ(u) of each element. *Lipschitz* is the constant of σ on the whole line. The terms are continuous; where σ has a corner the
subdifferential is an interval.

${table(
  ['activation', 'formula', 'prox', 'Lipschitz', 'definability', 'reference'],
  activations.map((sigma) => [
    ...named(sigma),
    sigma.solution,
    lipschitzOf(sigma),
    sigma.properties.definability,
    sigma.reference,
  ]),
)}

## Regularizers

r on weights or s on hidden states, times a weight: \`--weight-regularizer l1:0.1\`, \`--state-regularizer 'box(0,1)'\`. Biases and V_N
are not regularized. \`x\` is one element, or the row where it says so: of W_i the weights of one unit, of V_i one sample. A term
that is infinite outside of a set is a constraint at every weight above 0. *Quadratic* terms join the least squares of a block; the
others are solved as [methods.md](methods.md) says.

${table(
  ['regularizer', 'formula', 'prox', 'properties', 'reference'],
  regularizers.map(({ properties, ...term }) => [
    ...named(term),
    term.solution,
    listed([
      properties.convex && 'convex',
      properties.smooth && 'smooth',
      properties.curvature !== undefined && 'quadratic',
      properties.coercive && 'coercive',
      properties.definability,
    ]),
    term.reference,
  ]),
)}
`;
}

function named(term: Term & { readonly family?: Family<Term> }): [string, string] {
  const family = term.family ? `; ${code(memberUsage(term)!)}: ${term.family.admissible}` : '';
  return [`${code(term.name)}${family}`, code(term.formula)];
}

function lipschitzOf({ properties: { lipschitz, lipschitzWithin } }: Activation): string {
  return lipschitz === undefined
    ? `${lipschitzWithin!(1)} where |u| ≤ 1`.replaceAll('|', '\\|')
    : String(lipschitz);
}

/** A way to run a method: with its options as they are written on the command line. */
interface Variant {
  readonly method: BlockMethod;
  readonly options: string;
  readonly residual: boolean;
  readonly outputUpdate: OutputUpdate;
}

const variants: readonly Variant[] = blockMethods.flatMap((method) => [
  { method, options: '', residual: false, outputUpdate: 'proximal' },
  { method, options: '--residual', residual: true, outputUpdate: 'proximal' },
  { method, options: '--output-update proxLinear', residual: false, outputUpdate: 'proxLinear' },
]);

/** One problem of each combination of terms; r and s have weights, so that none of them is left out. */
interface Combination {
  readonly sigma: Activation;
  readonly loss: Loss;
  readonly r: Regularizer;
  readonly s: Regularizer;
}

const combinations: readonly Combination[] = activations.flatMap((sigma) =>
  losses.flatMap((loss) => regularizers.flatMap((r) => regularizers.map((s) => ({ sigma, loss, r, s })))),
);

function problemOf({ method, residual }: Variant, { sigma, loss, r, s }: Combination): Problem {
  return {
    formulation: method.formulation,
    widths: [2, 2, 2, 2],
    activations: [sigma, sigma, identity],
    skips: [false, residual, false],
    inputs: [1, 2, 3].map(chained),
    loss,
    gamma: [1, 1, 1],
    weightRegularizer: { term: r, weight: 1 },
    stateRegularizer: { term: s, weight: 1 },
  };
}

const settingsOf = ({ outputUpdate }: Variant): MethodSettings => ({
  alpha: { V: [5], U: [5], W: [5] },
  outputUpdate,
});

const formulations: Readonly<Record<Formulation, string>> = {
  'three-splitting': 'three-splitting (2.5), (3.4) with residual links',
  'two-splitting': 'two-splitting (2.3)',
  lifted: 'lifted, ZB (4)',
  'fenchel-lifted': 'lifted, ZB (4) without the charge on negative preactivations',
};

function methodTables(): string {
  return `${table(
    ['method', 'formulation', 'blocks and how each is solved', 'reference'],
    blockMethods.map(({ name, formulation, updates, reference }) => [
      code(name),
      formulations[formulation],
      Object.entries(updates)
        .map(([block, how]) => `${block}: ${how}.`)
        .join(' '),
      reference,
    ]),
  )}

${table(
  ['method', 'activations', 'losses', 'regularizers r, s', 'theorem, where r is coercive'],
  variants.map((variant) => [
    listed([code(variant.method.name)]) + (variant.options && ` ${code(variant.options)}`),
    ...accepted(variant),
  ]),
)}

${table(
  ['on mini-batches', 'what it is', 'reference', 'usual rate'],
  [...methods, ...baselines].flatMap((method) =>
    method.kind === 'blocks'
      ? []
      : [[code(method.name), method.title, method.reference, String(method.defaults.rate ?? 'none')]],
  ),
)}`;
}

/** What the method accepts, and what the theory says of it, by asking for every combination. */
function accepted(variant: Variant): Cells {
  const settings = settingsOf(variant);
  const taken = combinations.filter(
    (combination) => variant.method.refuse(problemOf(variant, combination), settings) === undefined,
  );
  if (taken.length === 0) {
    const reason = variant.method.refuse(problemOf(variant, combinations[0]!), settings)!;
    return ['none', 'none', 'none', `refused: ${reason}`];
  }
  const kinds = { sigma: activations, loss: losses, r: regularizers, s: regularizers } as const;
  const sets = Object.keys(kinds).map(
    (kind) => new Set(taken.map((combination) => combination[kind as keyof Combination])),
  );
  if (sets.reduce((count, set) => count * set.size, 1) !== taken.length)
    throw new Error(`what ${variant.method.name} accepts is no product of lists`);
  const [sigmas, lossSet, rSet, sSet] = sets.map((set, i) => namesOf(set, Object.values(kinds)[i]!));
  return [sigmas!, lossSet!, rSet === sSet ? rSet! : `r: ${rSet}; s: ${sSet}`, promises(variant, taken)];
}

function namesOf(set: ReadonlySet<Term>, all: readonly Term[]): string {
  const missing = all.filter((term) => !set.has(term));
  if (missing.length === 0) return 'all';
  const names = (terms: readonly Term[]): string => terms.map(({ name }) => code(name)).join(', ');
  return missing.length < set.size ? `all but ${names(missing)}` : names([...set]);
}

/** The theorem, and for which activations it holds in full where the weights are bounded by r. */
function promises(variant: Variant, taken: readonly Combination[]): string {
  const settings = settingsOf(variant);
  const found = taken
    .filter(({ r }) => r.properties.coercive)
    .map((combination) => ({
      ...combination,
      theory: theoryOf(problemOf(variant, combination), variant.method, settings),
    }));
  const theorems = [...new Set(found.map(({ theory }) => theory.theorem))].join(', ');
  const full = new Set(found.filter(({ theory }) => theory.verdict === 'holds').map(({ sigma }) => sigma));
  const partial = new Set(found.filter(({ theory }) => theory.verdict !== 'holds').map(({ sigma }) => sigma));
  if ([...full].some((sigma) => partial.has(sigma)))
    throw new Error(`what ${theorems} promises depends on more than the activation`);
  if (partial.size === 0) return theorems;
  const rest = `descent only with ${namesOf(partial, activations)}`;
  return full.size === 0
    ? `${theorems}: descent only`
    : `${theorems} with ${namesOf(full, activations)}; ${rest}`;
}
