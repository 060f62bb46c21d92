const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  '-': '⁻',
  0: '⁰',
  1: '¹',
  2: '²',
  3: '³',
  4: '⁴',
  5: '⁵',
  6: '⁶',
  7: '⁷',
  8: '⁸',
  9: '⁹',
};

export function powerOfTen(exponent: number): string {
  return `10${String(exponent).replace(/[-\d]/g, (character) => SUPERSCRIPTS[character]!)}`;
}

/** As a reader of a sentence wants it: `65.4`. */
export function formatNumber(value: number, digits = 4): string {
  return format(value, digits, 1);
}

/** As a reader of a column wants it: `65.40`. */
export function formatCell(value: number, digits = 4): string {
  return format(value, digits, digits);
}

function format(value: number, digits: number, leastDigits: number): string {
  if (!Number.isFinite(value)) return formatNonFinite(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return scientific(value, digits, leastDigits);
  return fixed(value, Math.max(digits, Math.floor(Math.log10(size || 1)) + 1), leastDigits);
}

/** Four decimals: one sample in ten thousand can still be seen. */
export function formatScore(score: number): string {
  return score.toFixed(4).replace('-', '−');
}

export function formatSeconds(seconds: number): string {
  if (seconds < 120) return `${formatNumber(seconds, 3)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1 sweep`, `2 sweeps`. */
export function counted(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function formatNonFinite(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '∞';
  return value === Number.NEGATIVE_INFINITY ? '−∞' : 'NaN';
}

function fixed(value: number, digits: number, leastDigits: number): string {
  return value
    .toLocaleString('en-US', { maximumSignificantDigits: digits, minimumSignificantDigits: leastDigits })
    .replace('-', '−');
}

function scientific(value: number, digits: number, leastDigits: number): string {
  const [mantissa, exponent] = value.toExponential(digits - 1).split('e') as [string, string];
  return `${fixed(Number(mantissa), digits, leastDigits)} × ${powerOfTen(Number(exponent))}`;
}
