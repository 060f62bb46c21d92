import type { SweepRecord } from '../../src/solve/record.ts';

/** A plausible run: everything falls, nothing is random. */
export function fakeRecords(layers: number, sweeps: number): readonly SweepRecord[] {
  return Array.from({ length: sweeps + 1 }, (_, sweep) => fakeRecord(layers, sweep));
}

function fakeRecord(layers: number, sweep: number): SweepRecord {
  const terms = termsAt(layers, sweep);
  const start = { sweep, objective: total(terms), terms, seconds: sweep === 0 ? 0 : 0.5 };
  if (sweep === 0) return start;
  const blocks = range(layers).flatMap((i) => [`V${i}`, `U${i}`, `W${i}`]);
  const movementOf = Object.fromEntries(blocks.map((name, rank) => [name, 10 / (sweep * (rank + 1))]));
  const movement = total(movementOf);
  const decrease = total(termsAt(layers, sweep - 1)) - start.objective;
  const ratio = 0.75 + 1 / sweep;
  const distance = 3 / sweep;
  return {
    ...start,
    descent: { decrease, movement, movementOf, ratio, a: 0.5, rounding: 1e-3, verdict: 'holds' },
    residual: { distance, distanceOf: {}, bound: 2 * distance, runningMean: 9 / sweep },
    scores: { train: 1 - 0.8 / (sweep + 1), test: 0.9375 - 0.8 / (sweep + 1) },
  };
}

function termsAt(layers: number, sweep: number): Record<string, number> {
  const coupling = range(layers).flatMap((i) => [
    [`U${i} = W${i} V${i - 1}`, sweep === 0 ? 0 : 10 / (i * sweep)],
    [`V${i} = relu(U${i})`, sweep === 0 ? 0 : 5 / (i + sweep)],
    [`r(W${i})`, 0],
  ]);
  return { loss: 1234 / (sweep + 1), ...Object.fromEntries(coupling) };
}

function range(last: number): readonly number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

function total(parts: Readonly<Record<string, number>>): number {
  return Object.values(parts).reduce((sum, part) => sum + part, 0);
}
