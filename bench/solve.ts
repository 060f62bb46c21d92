import { matrix } from '../src/algebra/tensor.ts';
import { nodeEngine } from '../src/estimator/node/nodeEngine.ts';
import { median, seconds } from './timing.ts';

/** Times the float64 Cholesky factorisation and the solve with as many right-hand sides as unknowns. */
export async function benchSolve(options: {
  readonly sizes: readonly number[];
  readonly threads?: number;
}): Promise<object> {
  const engine = nodeEngine({ threads: options.threads });
  const rows: object[] = [];
  for (const d of options.sizes) {
    const a = matrix(d, d, new Float64Array(d * d));
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++) a.data[i * d + j] = i === j ? d : Math.sin(i * j + i + j);
    const b = matrix(
      d,
      d,
      Float64Array.from({ length: d * d }, (_, i) => Math.cos(i)),
    );
    const [factorTimes, solveTimes]: [number[], number[]] = [[], []];
    for (let k = 0; k < 7; k++) {
      factorTimes.push(await seconds(() => engine.factor(a)));
      const factor = await engine.factor(a);
      solveTimes.push(await seconds(() => factor.solve(b)));
    }
    const [factor, solve] = [median(factorTimes), median(solveTimes)];
    rows.push({
      size: d,
      factorSeconds: factor,
      factorGflops: d ** 3 / 3 / factor / 1e9,
      solveSeconds: solve,
      solveGflops: (2 * d ** 3) / solve / 1e9,
    });
  }
  await engine.dispose();
  return { bench: 'solve', engine: engine.name, rows };
}
