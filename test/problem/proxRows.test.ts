import { describe, expect, it } from 'vitest';
import { scaled, squaredNorms } from '../../src/algebra/ops.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { losses } from '../../src/problem/losses/index.ts';
import { regularizers } from '../../src/problem/regularizers/index.ts';
import { bruteForce } from '../oracle/bruteForce.ts';
import { draw } from '../oracle/draw.ts';
import { bruteForceSlack } from '../tolerance.ts';
import { exactValue } from './exactValue.ts';
import { columns, grid, rows } from './rowFunctions.ts';

const random = draw(21);
const x = scaled(o, 2, random.tensor([rows, columns]));

const cases = [
  ...losses.map((loss) => {
    const y = grid(() => random.pick(loss.coding === '0/1' ? [0, 1] : [-1, 1]));
    return {
      name: `loss ${loss.name}`,
      value: (v: typeof x) => loss.value(o, v, y),
      prox: (step: number) => loss.prox(o, x, y, step),
    };
  }),
  ...regularizers.map((regularizer) => ({
    name: `regularizer ${regularizer.name}`,
    value: (v: typeof x) => exactValue(regularizer, v),
    prox: (step: number) => regularizer.prox(o, x, o.scalar(step)),
  })),
];

/** The prox of a whole row, also where the outputs do not separate. */
describe.each(cases)('the prox of $name on rows of several variables', ({ value, prox }) => {
  it.each([0.01, 1, 30])('is lowest on lines in every direction, step %d', (step) => {
    const solution = prox(step);
    const objective = (v: typeof x): typeof x =>
      o.add(scaled(o, step, value(v)), scaled(o, 0.5, squaredNorms(o, o.sub(v, x))));
    const reached = objective(solution).data;
    expect(reached.every(Number.isFinite)).toBe(true);
    const radius = new Float64Array(rows).fill(10);
    for (let line = 0; line < 5; line++) {
      // The first lines run along the axes.
      const direction = grid((k) => (line < columns ? Number(k % columns === line) : random.normal()));
      const along = (t: Float64Array): typeof x => o.mul({ shape: [rows, 1], data: t }, direction);
      const lowest = bruteForce(
        (t) => objective(o.add(solution, along(t))).data,
        new Float64Array(rows).fill(0.3),
        radius,
      );
      const excess = lowest.map((low, i) => reached[i]! - low - bruteForceSlack(low));
      expect(Math.max(...excess)).toBeLessThanOrEqual(0);
    }
  });
});
