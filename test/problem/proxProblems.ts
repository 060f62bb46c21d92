import { absolute, scaled } from '../../src/algebra/ops.ts';
import { matrix, type Tensor } from '../../src/algebra/tensor.ts';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import type { Activation } from '../../src/problem/activation.ts';
import { identity } from '../../src/problem/activations/identity.ts';
import { activations } from '../../src/problem/activations/index.ts';
import type { Loss } from '../../src/problem/loss.ts';
import { losses } from '../../src/problem/losses/index.ts';
import { regularizers } from '../../src/problem/regularizers/index.ts';
import type { Interval } from '../../src/problem/term.ts';
import { type Draw, draw } from '../oracle/draw.ts';
import { exactValue } from './exactValue.ts';

/**
 * Many problems argmin_u cost(u) + penalty/2 (u − centre)² of one variable each, cost ≥ 0, and the answer of the term
 * under test. All tensors are columns `[n, 1]`.
 */
export interface ProxProblems {
  readonly cost: (u: Tensor) => Tensor;
  /** Slopes of the cost. */
  readonly slopes: (u: Tensor) => Interval<Tensor>;
  /** Size of the terms that cancel within a slope, where it is not that of the slope. */
  readonly rounded?: (u: Tensor) => Tensor;
  readonly penalty: number;
  readonly centre: Tensor;
  readonly solution: Tensor;
}

/** Penalties on (u − b)², or the reciprocals of steps. */
const penalties = [1e-6, 1e-3, 0.1, 0.5, 1, 2, 10, 1e3, 1e6];
const special = [0, 1e-6, 0.5, 1, 2, 1e6].flatMap((x) => [x, -x]);
const randomPairs = 1000;

export function objective({ cost, penalty, centre }: ProxProblems, u: Tensor): Tensor {
  const move = o.sub(u, centre);
  return o.add(cost(u), scaled(o, penalty / 2, o.mul(move, move)));
}

/** For each registered term: its problems, at least 10,000 in all. */
export const proxProblems: readonly { readonly name: string; readonly problems: readonly ProxProblems[] }[] =
  [
    ...activations.map((sigma) => ({
      name: `activation ${sigma.name}`,
      problems: activationPairs().map(({ a, b, penalty }): ProxProblems => {
        const miss = (u: Tensor): Tensor => o.sub(sigma.value(o, u), a);
        return {
          cost: (u) => scaled(o, 0.5, o.mul(miss(u), miss(u))),
          slopes(u) {
            const { lower, upper } = sigma.subdifferential(o, u);
            const [one, other] = [o.mul(miss(u), lower), o.mul(miss(u), upper)];
            return { lower: o.min(one, other), upper: o.max(one, other) };
          },
          ...(curved(sigma) && {
            rounded(u) {
              // Where σ is flat, its slope is what is left of terms as large as at 0.
              const [here, zero] = [u, scaled(o, 0, u)].map((x) =>
                absolute(o, sigma.subdifferential(o, x).upper),
              );
              const steepness = o.add(here!, zero!);
              return o.mul(o.add(absolute(o, sigma.value(o, u)), absolute(o, a)), steepness);
            },
          }),
          penalty,
          centre: b,
          solution: sigma.prox(o, a, b, penalty),
        };
      }),
    })),
    ...losses.map((loss) => ({
      name: `loss ${loss.name}`,
      problems: penalties.map((penalty): ProxProblems => {
        const { x, y } = lossPairs(loss, 1 / penalty);
        return {
          cost: (v) => column(loss.value(o, v, y).data),
          slopes: (v) => loss.subdifferential(o, v, y),
          penalty,
          centre: x,
          solution: loss.prox(o, x, y, 1 / penalty),
        };
      }),
    })),
    ...regularizers.map((regularizer) => ({
      name: `regularizer ${regularizer.name}`,
      problems: penalties.map((penalty, p): ProxProblems => {
        const random = draw(300 + p);
        const z = column([...Array.from({ length: randomPairs + 200 }, () => spread(random)), ...special]);
        return {
          cost: (x) => column(exactValue(regularizer, x).data),
          slopes: (x) => regularizer.subdifferential(o, x),
          penalty,
          centre: z,
          solution: regularizer.prox(o, z, o.scalar(1 / penalty)),
        };
      }),
    })),
  ];

/** Analytic and not a line. */
function curved(sigma: Activation): boolean {
  return sigma.properties.definability === 'real analytic' && sigma !== identity;
}

/** Targets a, centres b and penalties of (E.1): random, of every size, special values, and the ties b = −τ a of relu. */
export function activationPairs(): readonly { a: Tensor; b: Tensor; penalty: number }[] {
  return penalties.map((penalty, p) => {
    const random = draw(100 + p);
    const tau = Math.sqrt(1 + 1 / penalty) - 1;
    const pairs = [
      ...Array.from({ length: randomPairs }, () => [spread(random), spread(random)] as const),
      ...special.flatMap((a) => special.map((b) => [a, b] as const)),
      ...Array.from({ length: 50 }, () => spread(random)).flatMap((a) => [
        [a, -tau * a] as const,
        [a, -a / penalty] as const,
      ]),
    ];
    return { a: column(pairs.map(([a]) => a)), b: column(pairs.map(([, b]) => b)), penalty };
  });
}

/** Centres and targets of a loss; among them the points from which a step of this length ends exactly at v = y. */
function lossPairs(loss: Loss, step: number): { x: Tensor; y: Tensor } {
  const random = draw(200);
  const classes = loss.coding === '0/1' ? [0, 1] : [-1, 1];
  const target = loss.tasks.includes('regression')
    ? () => (random.uniform(0, 1) < 0.5 ? spread(random) : random.pick(classes))
    : () => random.pick(classes);
  const pairs = [
    ...Array.from({ length: randomPairs }, () => [spread(random), target()] as const),
    ...special.flatMap((x) => classes.map((y) => [x, y] as const)),
    ...Array.from({ length: 100 }, target).flatMap((y) => [[y, y] as const, [y * (1 - step), y] as const]),
  ];
  return { x: column(pairs.map(([x]) => x)), y: column(pairs.map(([, y]) => y)) };
}

/** Of either sign and of any size from 1e-3 to 1e3. */
function spread(random: Draw): number {
  return random.normal() * 10 ** random.uniform(-3, 3);
}

export function column(numbers: ArrayLike<number>): Tensor {
  return matrix(numbers.length, 1, Float64Array.from(numbers));
}
