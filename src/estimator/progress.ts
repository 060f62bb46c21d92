import type { Config } from './config.ts';

/**
 * The share of a run that is done when `sweeps` are, fractions of a sweep included. Where time is the limit, the number of sweeps
 * is what fits into it at the pace so far, found anew before each sweep; where sweeps become faster the share waits, and never falls.
 */
export function runProgress({
  sweeps,
  seconds,
}: Pick<Config, 'sweeps' | 'seconds'>): (done: number) => number {
  if (seconds === undefined) return (done) => done / sweeps;
  const started = performance.now();
  let first: number | undefined;
  let sweep: number | undefined;
  let expected = sweeps;
  let share = 0;
  return (done) => {
    first ??= done;
    if (Math.floor(done) !== sweep) {
      sweep = Math.floor(done);
      const elapsed = (performance.now() - started) / 1000;
      const pace = elapsed / (sweep - first);
      const left = Math.max(1, Math.floor((seconds - elapsed) / pace));
      expected = Math.min(sweeps, sweep + (Number.isFinite(left) ? left : sweeps));
    }
    share = Math.max(share, Math.min(done / expected, 1 - 1e-3));
    return share;
  };
}
