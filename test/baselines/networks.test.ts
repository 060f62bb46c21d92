import { describe, it } from 'vitest';
import type { Ops } from '../../src/algebra/ops.ts';
import { type Matrix, matrix, rowsOf, squaredNorm, type Tensor } from '../../src/algebra/tensor.ts';
import { gradients } from '../../src/baselines/reverse.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { activations } from '../../src/problem/activations/index.ts';
import { tanh } from '../../src/problem/activations/tanh.ts';
import { losses } from '../../src/problem/losses/index.ts';
import { logistic } from '../../src/problem/losses/logistic.ts';
import type { Interval } from '../../src/problem/term.ts';
import { centralDifferences } from '../oracle/centralDifferences.ts';
import { expectClose } from '../oracle/expectClose.ts';
import { combinations, problemOf } from '../problem/smallProblems.ts';
import { closedForm } from '../tolerance.ts';
import { centralError } from './expressions.ts';
import { inputsOf, networkOptions, networkValues, objectiveOf, parametersOf } from './networks.ts';

describe.each(networkOptions)('back-propagation with %o is that of central differences', (options) => {
  it.each(combinations)('$name', ({ activation, loss }) => {
    const problem = problemOf(activation, loss, options);
    const x = networkValues(problem, 4, 3);
    const f = objectiveOf(problem, 4);
    const names = parametersOf(problem);
    const { gradients: g } = gradients(o, f, x, inputsOf(problem), names);
    for (const name of names)
      expectClose(
        g[name]!.data,
        centralDifferences((moved) => f(o, moved).data[0]!, x, name),
        centralError,
        `gradient by ${name}`,
      );
  });
});

/** Corners, ties, and far out, where exponentials vanish beside 1 or altogether. */
const sizes = [0, 1e-9, 0.3, 1, 5, 20, 36, 40, 300, 800].flatMap((size) => [size, -size]);

/** f at `a`, with targets `y` where it has some; the gradient lies between the ends. */
function expectSlope(
  f: <T>(p: Ops<T>, a: T, y: T) => T,
  a: Matrix,
  y: Matrix,
  { lower, upper }: Interval<Tensor>,
): void {
  const shapes = { a: ['n', a.shape[1]], y: ['n', y.shape[1]] };
  const { gradients: g } = gradients(o, (p, x) => f(p, x.a!, x.y!), { a, y }, shapes, ['a']);
  const nearest = o.min(o.max(g.a!, lower), upper);
  expectClose(g.a!.data, nearest.data, closedForm);
}

describe('the derivative of the value is a slope of the subdifferential, also at corners and far out', () => {
  it.each(activations)('activation $name', (sigma) => {
    const u = matrix(sizes.length, 1, Float64Array.from(sizes));
    expectSlope((p, a) => sigma.value(p, a), u, u, sigma.subdifferential(o, u));
  });

  it.each(losses)('loss $name', (loss) => {
    const off = loss.coding === '0/1' ? 0 : -1;
    // Where the exponential loss itself overflows it has no slope.
    const finite = sizes.filter((size) => loss.name !== 'exponential' || Math.abs(size) <= 300);
    const rows = finite.flatMap((first) =>
      finite.flatMap((second) =>
        [
          [1, off, off],
          [off, 1, off],
        ].map((y) => ({ v: [first, second, first], y })),
      ),
    );
    const v = matrix(rows.length, 3, Float64Array.from(rows.flatMap((row) => row.v)));
    const y = matrix(rows.length, 3, Float64Array.from(rows.flatMap((row) => row.y)));
    expectSlope((p, a, target) => loss.value(p, a, target), v, y, loss.subdifferential(o, v, y));
  });
});

describe('the objective of a batch', () => {
  const problem = problemOf(tanh, logistic, { formulation: 'two-splitting', weights: ['squaredL2', 0.3] });
  const [n, m] = [12, 3];
  const x = networkValues(problem, n, 5);
  const gradientOf = (values: Readonly<Record<string, Tensor>>, share: number) =>
    gradients(
      o,
      objectiveOf(problem, values.V0!.shape[0]!, share),
      values,
      inputsOf(problem),
      parametersOf(problem),
    );

  it('is, in the mean over batches, that of all samples', () => {
    const all = gradientOf(x, 1);
    const batches = [0, 3, 6, 9].map((start) => {
      const rows = (name: string): Tensor => rowsOf(x[name] as Matrix, start, start + m);
      return gradientOf({ ...x, V0: rows('V0'), Y: rows('Y') }, m / n);
    });
    const mean = (read: (one: typeof all) => Tensor): Tensor =>
      batches.map(read).reduce((sum, one) => o.add(sum, o.mul(one, o.scalar(m / n))), o.scalar(0));
    expectClose(mean(({ value }) => value).data, all.value.data, closedForm);
    for (const name of parametersOf(problem))
      expectClose(mean((one) => one.gradients[name]!).data, all.gradients[name]!.data, closedForm, name);
  });

  it('is the sum of the losses and regularizers over the number of samples', () => {
    const states: Record<string, Tensor> = { ...x };
    for (const i of [1, 2, 3]) {
      const U = o.product(states[`V${i - 1}`]!, x[`W${i}`]!, { transposeB: true, plus: x[`b${i}`]! });
      states[`V${i}`] = i === 3 ? U : o.tanh(U);
    }
    const squares = [1, 2, 3].map((i) => squaredNorm(x[`W${i}`]!));
    const losses = logistic.value(o, states.V3!, x.Y!).data;
    const sum = [...losses, ...squares.map((square) => 0.15 * square)].reduce((a, b) => a + b, 0);
    expectClose(gradientOf(x, 1).value.data, [sum / n], closedForm);
  });
});
