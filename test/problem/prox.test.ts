import { describe, expect, it } from 'vitest';
import { referenceOps as o } from '../../src/engine/reference/referenceOps.ts';
import { distanceToZero } from '../../src/problem/term.ts';
import { bruteForce } from '../oracle/bruteForce.ts';
import { bruteForceSlack, optimality } from '../tolerance.ts';
import { column, objective, type ProxProblems, proxProblems } from './proxProblems.ts';

const infinite = Number.POSITIVE_INFINITY;

describe.each(proxProblems)('the prox of $name', ({ problems }) => {
  it('is tried on at least 10,000 problems', () => {
    const count = problems.reduce((total, { centre }) => total + centre.data.length, 0);
    expect(count).toBeGreaterThanOrEqual(10_000);
  });

  it.each(problems)('is as low as brute force finds, penalty $penalty', (problem) => {
    const reached = objective(problem, problem.solution).data;
    // The cost is not negative, so penalty/2 (u − centre)² ≤ cost(centre) at a minimiser. Where the centre is not in the
    // set of a constraint, a grid as wide as that would miss the set: neighbours of the solution have to do.
    const atCentre = problem.cost(problem.centre).data;
    const search = problem.solution.data.map((u, k) =>
      atCentre[k]! < infinite ? problem.centre.data[k]! : u,
    );
    const radius = problem.solution.data.map((u, k) =>
      atCentre[k]! < infinite ? Math.sqrt((2 * atCentre[k]!) / problem.penalty) : 1 + Math.abs(u),
    );
    // A wide grid also steps over the bend of an activation, which is near 0.
    const lowest = lowestOf(problem, [
      [search, radius],
      [radius.map(() => 0), radius.map(() => 15)],
    ]);
    expectNone(problem, (k) => ({
      failed: !(reached[k]! < infinite && reached[k]! <= lowest[k]! + bruteForceSlack(lowest[k]!)),
      facts: { reached: reached[k], lowest: lowest[k] },
    }));
  });

  it.each(problems)('has 0 in the subdifferential, penalty $penalty', (problem) => {
    const { slopes, rounded, penalty, centre, solution } = problem;
    const terms = rounded?.(solution).data;
    const pull = o.mul(o.scalar(penalty), o.sub(solution, centre));
    const { lower, upper } = slopes(solution);
    const distance = distanceToZero(o, { lower: o.add(lower, pull), upper: o.add(upper, pull) }).data;
    expectNone(problem, (k) => {
      const [u, b] = [solution.data[k]!, centre.data[k]!];
      const slope = [lower.data[k]!, upper.data[k]!].find(Number.isFinite) ?? 0;
      const size = (terms?.[k] ?? Math.abs(slope)) + Math.max(1, penalty) * (Math.abs(u) + Math.abs(b));
      return { failed: !(distance[k]! <= optimality * size), facts: { distance: distance[k] } };
    });
  });
});

/** The lowest value of each problem that brute force finds in any of the searches. */
function lowestOf(
  problem: ProxProblems,
  searches: readonly (readonly [centre: ArrayLike<number>, radius: ArrayLike<number>])[],
): Float64Array {
  const found = searches.map(([centre, radius]) =>
    bruteForce((u) => objective(problem, column(u)).data, centre, radius),
  );
  return problem.centre.data.map((_, k) => Math.min(...found.map((lowest) => lowest[k]!))) as Float64Array;
}

/** No problem fails; the message shows the first that do. */
function expectNone(
  { centre, solution }: ProxProblems,
  check: (k: number) => { readonly failed: boolean; readonly facts: object },
): void {
  const failures = [...centre.data.keys()].filter((k) => check(k).failed);
  const examples = failures
    .slice(0, 3)
    .map((k) => ({ centre: centre.data[k], solution: solution.data[k], ...check(k).facts }));
  expect(examples, `${failures.length} failures`).toEqual([]);
}
