/** The values of many functions of one variable at once: function k at u[k]. */
export type Functions = (u: Float64Array) => ArrayLike<number>;

const gridHalf = 20;
const goldenSteps = 32;
const golden = (Math.sqrt(5) - 1) / 2;

/**
 * The lowest value of each function that a grid on [centre − radius, centre + radius], then a golden-section search
 * around the best grid point, come across. Needs no derivative and no convexity.
 */
export function bruteForce(f: Functions, centre: ArrayLike<number>, radius: ArrayLike<number>): Float64Array {
  const count = centre.length;
  const lowest = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const best = new Float64Array(count);
  const evaluate = (at: (k: number) => number): ArrayLike<number> => {
    const u = Float64Array.from({ length: count }, (_, k) => at(k));
    const values = f(u);
    for (let k = 0; k < count; k++)
      if (values[k]! < lowest[k]!) {
        lowest[k] = values[k]!;
        best[k] = u[k]!;
      }
    return values;
  };
  for (let g = -gridHalf; g <= gridHalf; g++) evaluate((k) => centre[k]! + (g / gridHalf) * radius[k]!);

  const low = best.map((u, k) => u - radius[k]! / gridHalf);
  const high = best.map((u, k) => u + radius[k]! / gridHalf);
  const left = Float64Array.from(low, (u, k) => u + (1 - golden) * (high[k]! - u));
  const right = Float64Array.from(low, (u, k) => u + golden * (high[k]! - u));
  const [atLeft, atRight] = [left, right].map((points) => Float64Array.from(evaluate((k) => points[k]!)));
  for (let step = 0; step < goldenSteps; step++) {
    // Of each bracket the worse end is dropped; one of the two inner points stays, the other is new.
    const keepsLeft = Uint8Array.from(atLeft!, (value, k) => (value < atRight![k]! ? 1 : 0));
    for (let k = 0; k < count; k++)
      if (keepsLeft[k]) {
        high[k] = right[k]!;
        right[k] = left[k]!;
        atRight![k] = atLeft![k]!;
        left[k] = low[k]! + (1 - golden) * (high[k]! - low[k]!);
      } else {
        low[k] = left[k]!;
        left[k] = right[k]!;
        atLeft![k] = atRight![k]!;
        right[k] = low[k]! + golden * (high[k]! - low[k]!);
      }
    const values = evaluate((k) => (keepsLeft[k] ? left[k]! : right[k]!));
    for (let k = 0; k < count; k++) (keepsLeft[k] ? atLeft! : atRight!)[k] = values[k]!;
  }
  return lowest;
}
