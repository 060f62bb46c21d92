/** `97.31 %` of the classes right, or `R2 0.8312`. */
export function scoreText(score: number, task: 'classification' | 'regression'): string {
  return task === 'classification' ? `${(100 * score).toFixed(2)} %` : `R2 ${score.toFixed(4)}`;
}

/** Six significant digits, without an exponent where that is short. */
export function plain(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e7 || size < 1e-4)
    ? value.toExponential(3)
    : String(Number(value.toPrecision(6)));
}

/** `42 s`, `3 min 05 s`, `1 h 02 min`. */
export function timeText(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (n: number): string => String(n).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}
