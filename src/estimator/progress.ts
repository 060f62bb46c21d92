import type { Config } from './config.ts';

/** Of a run that is limited by time the share stays below 1, however long its last sweep takes. */
const almost = 1 - 1e-3;

/**
 * The share of a run that is done when `sweeps` are, fractions of a sweep included; it never falls.
 *
 * Where time is the limit, what is left of the run is shared out evenly among the sweeps that still fit into the time at the pace of
 * the last one, found anew before each sweep. The first two sweeps take the share of all sweeps that are allowed: one compiles, and the
 * other is the first whose pace tells something.
 */
export function runProgress({
  sweeps,
  seconds,
}: Pick<Config, 'sweeps' | 'seconds'>): (done: number) => number {
  if (seconds === undefined) return (done) => done / sweeps;
  const started = performance.now();
  const starts: number[] = [];
  let [sweep, base, step] = [-1, 0, 0];
  return (done) => {
    if (Math.floor(done) !== sweep) {
      sweep = Math.floor(done);
      base = starts.length === 0 ? sweep / sweeps : base + step;
      const now = (performance.now() - started) / 1000;
      const pace = starts.length < 2 ? undefined : now - starts.at(-1)!;
      starts.push(now);
      const fit = pace === undefined ? sweeps : Math.floor((seconds - now) / pace);
      step = (1 - base) / Math.max(1, Math.min(fit, sweeps - sweep));
    }
    return Math.min(base + step * (done - sweep), almost);
  };
}
