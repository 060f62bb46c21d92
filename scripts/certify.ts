import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { UserError } from '../src/algebra/errors.ts';
import { matrix } from '../src/algebra/tensor.ts';
import { number } from '../src/cli/parse.ts';
import type { Dataset } from '../src/data/dataset.ts';
import { openSource } from '../src/data/node/sources.ts';
import { take } from '../src/data/split.ts';
import { single } from '../src/distributed/single.ts';
import type { ConfigInput } from '../src/estimator/config.ts';
import { nodeEngine } from '../src/estimator/node/nodeEngine.ts';
import { resolveConfig } from '../src/estimator/resolveConfig.ts';
import { poseProblem, prepareTraining } from '../src/estimator/training.ts';
import { activations } from '../src/problem/activations/index.ts';
import { losses } from '../src/problem/losses/index.ts';
import { regularizers } from '../src/problem/regularizers/index.ts';
import { total } from '../src/solve/certificate.ts';
import { blockDescent } from '../src/splitting/descent.ts';
import { blockMethods } from '../src/splitting/index.ts';

/** What is measured of one combination, or why it is refused. */
interface Row {
  readonly method: string;
  readonly activation: string;
  readonly loss: string;
  readonly weights: string;
  readonly states: string;
  readonly refused?: string;
  /** Largest rise of the objective in a block update, relative to the objective; at most 0 but for rounding. */
  readonly worstBlock?: number;
  /** Least (decrease / a ‖ΔP‖²) of a sweep; at least 1. */
  readonly leastDescent?: number;
  /** Largest dist(0, ∂L) / (b̄ ‖ΔP‖) of a sweep; at most 1. Undefined where no b̄ is stated. */
  readonly worstResidual?: number;
  /** Σ dist² over (b̄²/a)(L(P⁰) − L(P^K)), from which the mean of dist² falls like 1/K; at most 1. */
  readonly meanResidual?: number;
  readonly holds?: boolean;
}

/** Rounding of one objective in float64, relative to it: sums of some thousand terms. */
const rounding = 1e-10;
const variants = blockMethods.flatMap(({ name: method }) => [
  { method, residual: false, outputUpdate: 'proximal' as const },
  { method, residual: true, outputUpdate: 'proximal' as const },
  { method, residual: false, outputUpdate: 'proxLinear' as const },
]);
const others = regularizers.filter(({ name }) => name !== 'none');
const priors = [
  { weights: 'none', states: 'none' },
  ...others.map(({ name }) => ({ weights: name, states: 'none' })),
  ...others.map(({ name }) => ({ weights: 'none', states: name })),
];
const combinations = variants.flatMap((variant) =>
  activations.flatMap(({ name: activation }) =>
    losses.flatMap(({ name: loss }) => priors.map((prior) => ({ ...variant, activation, loss, ...prior }))),
  ),
);
type Combination = (typeof combinations)[number];

const { samples, sweeps, hidden, out, only } = new Command('certify')
  .description('check every method x activation x loss x regularizer in float64 on real data')
  .option('--samples <count>', 'of MNIST', number, 2000)
  .option('--sweeps <count>', 'of each combination', number, 8)
  .option('--hidden <width>', 'of two hidden layers', number, 12)
  .option('--only <text>', 'combinations that contain it, such as "relu squared"')
  .option('--out <name>', 'writes name.json and name.md')
  .parse()
  .opts<{ samples: number; sweeps: number; hidden: number; only?: string; out?: string }>();

const data = pooled(take((await openSource('mnist')).train, samples));

const rows: Row[] = [];
for (const combination of combinations) {
  const text = `${nameOf(combination)} ${combination.activation} ${combination.loss} ${combination.weights} ${combination.states}`;
  if (only !== undefined && !only.split(' ').every((word) => text.split(' ').includes(word))) continue;
  const row = await certify(combination, data);
  rows.push(row);
  process.stderr.write(`${text}: ${row.refused ? 'refused' : row.holds ? 'holds' : 'VIOLATED'}\n`);
}
const violated = rows.filter(({ holds }) => holds === false);
process.stdout.write(`${summary()}\n`);
if (out !== undefined) {
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(`${out}.json`, `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`);
  writeFileSync(`${out}.md`, page());
}
process.exitCode = violated.length === 0 ? 0 : 1;

/** Images of 28 x 28 as means over squares of 4 x 4: digits of 7 x 7 pixels. */
function pooled(images: Dataset): Dataset {
  const [side, square] = [28, 4];
  const small = side / square;
  const n = images.inputs.shape[0];
  const data = new Float64Array(n * small * small);
  for (const [k, value] of images.inputs.data.entries()) {
    const [row, column] = [Math.floor((k % side ** 2) / side), k % side];
    const pixel = Math.floor(row / square) * small + Math.floor(column / square);
    data[Math.floor(k / side ** 2) * small ** 2 + pixel]! += value / square ** 2;
  }
  return { ...images, inputs: matrix(n, small * small, data) };
}

function nameOf({ method, residual, outputUpdate }: Combination): string {
  return `${method}${residual ? '+residual' : ''}${outputUpdate === 'proxLinear' ? '+proxLinear' : ''}`;
}

async function certify(combination: Combination, train: Dataset): Promise<Row> {
  const { activation, loss, weights, states } = combination;
  const row = { method: nameOf(combination), activation, loss, weights, states };
  const input: ConfigInput = {
    method: combination.method,
    residual: combination.residual,
    outputUpdate: combination.outputUpdate,
    activation,
    loss,
    hidden: [hidden, hidden],
    weightRegularizer: { term: weights, weight: 0.1 },
    stateRegularizer: { term: states, weight: 0.01 },
    alpha: { V: [1], U: [1], W: [1] },
    precision: 'float64',
    chunk: 1000,
  };
  const config = resolveConfig(input);
  let pose: ReturnType<typeof poseProblem>;
  try {
    pose = poseProblem(config, train);
  } catch (error) {
    if (error instanceof UserError) return { ...row, refused: error.message };
    throw error;
  }
  const { problem, updates } = pose;
  const method = blockMethods.find(({ name }) => name === combination.method)!;
  const local = nodeEngine({ precision: 'float64', threads: 1 });
  const source = { name: 'mnist', train };
  const surroundings = { engine: local, communicator: single, log: () => {} };
  const { state } = await prepareTraining(config, source, surroundings);
  const blocks = method.blocks(problem, updates);
  const descents = await Promise.all(
    blocks.map((block) => blockDescent({ ...surroundings, problem, blocks: [block], state })),
  );
  const whole = descents[0]!;
  const objective = async (): Promise<number> => total(await whole.measure());
  const a = method.descentConstant(problem, updates, 1);
  const first = await objective();
  let last = first;
  let [worstBlock, leastDescent, worstResidual, squares, B] = [-Infinity, Infinity, 0, 0, 0];
  for (let k = 0; k < sweeps; k++) {
    const before = last;
    let moved = 0;
    for (const descent of descents) {
      moved += total((await descent.sweep()).movement);
      const now = await objective();
      worstBlock = Math.max(worstBlock, (now - last) / last);
      last = now;
    }
    // What rounding of the two objectives can hide counts for the inequality.
    leastDescent = Math.min(leastDescent, (before - last + rounding * before) / (a * moved));
    const { distances, size } = await whole.stationarity();
    B = Math.max(B, size);
    const b = method.relativeErrorConstant(problem, updates, B);
    squares += total(distances);
    if (b !== undefined) worstResidual = Math.max(worstResidual, Math.sqrt(total(distances) / moved) / b);
  }
  const b = method.relativeErrorConstant(problem, updates, B);
  await local.dispose();
  const meanResidual = b === undefined ? 0 : squares / ((b ** 2 / a) * (first - last));
  return {
    ...row,
    worstBlock,
    leastDescent,
    ...(b !== undefined && { worstResidual, meanResidual }),
    holds: worstBlock <= rounding && leastDescent >= 1 && worstResidual <= 1 && meanResidual <= 1,
  };
}

function summary(): string {
  const refused = rows.filter((row) => row.refused !== undefined).length;
  return `${rows.length} combinations: ${rows.length - refused - violated.length} hold, ${violated.length} violated, ${refused} refused.`;
}

function extremes(): string {
  const values = (name: 'worstBlock' | 'leastDescent' | 'worstResidual' | 'meanResidual'): number[] =>
    rows.flatMap((row) => row[name] ?? []);
  const digits = (value: number): string => (value === 0 ? '0' : value.toPrecision(2));
  return [
    `largest rise in a block update ${digits(Math.max(0, ...values('worstBlock')))} of L`,
    `smallest ratio of descent ${digits(Math.min(...values('leastDescent')))}`,
    `largest residual ${digits(Math.max(...values('worstResidual')))} of its bound`,
    `largest sum of squares ${digits(Math.max(...values('meanResidual')))} of its bound`,
  ].join(', ');
}

/** Regularizers in columns, so that a page shows all combinations. */
function page(): string {
  const keys = [
    ...new Set(rows.map(({ method, activation, loss }) => `${method} | ${activation} | ${loss}`)),
  ];
  const columns = [...new Set(rows.map(({ weights, states }) => `${weights} ${states}`))];
  const reasons = [...new Set(rows.flatMap(({ refused }) => refused ?? []))];
  const cell = (row: Row | undefined): string => {
    if (row === undefined) return '';
    if (row.refused !== undefined) return `refused ${reasons.indexOf(row.refused) + 1}`;
    return row.holds ? row.leastDescent!.toPrecision(3) : '**violated**';
  };
  const lines = keys.map((key) => {
    const cells = columns.map((column) =>
      cell(
        rows.find(
          (row) =>
            `${row.method} | ${row.activation} | ${row.loss}` === key &&
            `${row.weights} ${row.states}` === column,
        ),
      ),
    );
    return `| ${key} | ${cells.join(' | ')} |`;
  });
  const heads = columns.map((column) => {
    const [weights, states] = column.split(' ');
    return states === 'none' ? `r = ${weights}` : `s = ${states}`;
  });
  return `<!-- Written by npm run certify. -->
# Every combination, checked

${summary()} ${samples.toLocaleString('en')} samples of MNIST as images of 7 x 7, 49-${hidden}-${hidden}-10, ${sweeps} sweeps in float64, alpha = gamma = 1, r with weight 0.1,
s with 0.01. For a combination to hold, no block update may raise the objective by more than ${rounding} of it, every
sweep must descend by a ‖ΔP‖² at least, and every residual must be below b̄ ‖ΔP‖ where the theory states b̄, as must the sum of their
squares be below (b̄²/a)(L(P⁰) − L(P^K)), from which their mean falls like 1/K. A cell shows the smallest ratio of a sweep's descent to
a ‖ΔP‖². Over all combinations that run: ${extremes()}.

| method | activation | loss | ${heads.join(' | ')} |
|---|---|---|${heads.map(() => '---').join('|')}|
${lines.join('\n')}

${reasons.map((reason, i) => `${i + 1}. ${reason}`).join('\n')}
`;
}
