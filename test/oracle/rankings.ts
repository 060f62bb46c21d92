/** All orders of a list, of at most eight items or so. */
export function ordersOf<T>(list: readonly T[]): T[][] {
  if (list.length === 0) return [[]];
  return list.flatMap((item, i) =>
    ordersOf([...list.slice(0, i), ...list.slice(i + 1)]).map((rest) => [item, ...rest]),
  );
}

/** Every ranking by distance, each order of ties counted once. */
export function rankingsOf<T extends { readonly distance: number }>(items: readonly T[]): T[][] {
  const distances = [...new Set(items.map(({ distance }) => distance))].sort((a, b) => a - b);
  return distances.reduce<T[][]>(
    (rankings, distance) => {
      const orders = ordersOf(items.filter((item) => item.distance === distance));
      return rankings.flatMap((ranking) => orders.map((order) => [...ranking, ...order]));
    },
    [[]],
  );
}

/** Mean over the relevant items of the precision at their rank. */
export function averagePrecisionOf(ranking: readonly { readonly relevant: boolean }[]): number {
  let [hits, total] = [0, 0];
  for (const [i, { relevant }] of ranking.entries())
    if (relevant) {
      hits++;
      total += hits / (i + 1);
    }
  return total / hits;
}

export function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
