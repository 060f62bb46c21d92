import { powerOfTen } from './numbers.ts';

export interface Tick {
  readonly at: number;
  readonly label: string;
}

export interface Axis {
  readonly type: 'linear' | 'log';
  readonly domain: readonly [number, number];
  readonly ticks: readonly Tick[];
  /** Where a value is drawn; a logarithmic axis keeps its lower edge for what has no logarithm. */
  readonly place: (value: number) => number;
}

/** Below this a logarithmic axis calls a number zero, so that padding its domain cannot underflow. */
const TINY = 1e-250;

const MOST_TICKS = 8;

export function linearAxis(values: readonly number[]): Axis {
  const [low, high] = extent(values);
  const pad = (high - low) * 0.05 || Math.abs(high) * 0.05 || 1;
  return linear(low - pad, high + pad, 0);
}

export function countAxis(first: number, last: number): Axis {
  return linear(first, last, 1);
}

/** Absent when no value is positive: then a logarithmic axis has nothing to show. */
export function logAxis(values: readonly number[], padding = 0.05): Axis | undefined {
  const positive = values.filter((value) => value > TINY);
  if (positive.length === 0) return undefined;
  const [low, high] = extent(positive);
  const decades = Math.log10(high) - Math.log10(low);
  const pad = 10 ** (decades * padding || (padding > 0 ? 0.2 : 0));
  const top = Math.min(high * pad, Number.MAX_VALUE);
  if (positive.length === values.length) {
    const domain = [low / pad, top] as const;
    return { type: 'log', domain, ticks: logTicks(...domain), place: (value) => value };
  }
  const floor = low / 10 ** Math.max(decades * 0.1, 0.3);
  const label = values.some((value) => value < 0) ? '≤ 0' : '0';
  return {
    type: 'log',
    domain: [floor, top],
    ticks: [{ at: floor, label }, ...logTicks(low, top)],
    place: (value) => (value > TINY ? value : floor),
  };
}

function linear(low: number, high: number, leastStep: number): Axis {
  return {
    type: 'linear',
    domain: [low, high],
    ticks: linearTicks(low, high, leastStep),
    place: (value) => value,
  };
}

function logTicks(low: number, high: number): readonly Tick[] {
  const first = Math.ceil(Math.log10(low));
  const last = Math.floor(Math.log10(high));
  const steps = range(first - 1, last)
    .flatMap((exponent) => [1, 2, 5].map((digit) => Number(`${digit}e${exponent}`)))
    .filter((at) => at >= low && at <= high);
  if (steps.length < 3) return linearTicks(low, high);
  if (steps.length > MOST_TICKS) {
    const step = Math.ceil((last - first + 1) / MOST_TICKS);
    const exponents = range(Math.ceil(first / step), Math.floor(last / step)).map((k) => k * step);
    return exponents.map((exponent) => ({ at: Number(`1e${exponent}`), label: powerOfTen(exponent) }));
  }
  return steps.map((at) => ({ at, label: plain(at) }));
}

function linearTicks(low: number, high: number, leastStep = 0): readonly Tick[] {
  const rough = Math.max((high - low) / 6, leastStep);
  const exponent = Math.floor(Math.log10(rough));
  const digit = [1, 2, 5, 10].find((candidate) => candidate * 10 ** exponent >= rough) ?? 10;
  const decimals = Math.max(0, digit === 10 ? -exponent - 1 : -exponent);
  const step = digit * 10 ** exponent;
  return range(Math.ceil(low / step), Math.floor(high / step)).map((k) => {
    const at = k * step;
    return { at, label: plain(at, Math.min(decimals, 100)) };
  });
}

function plain(value: number, decimals?: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-4)) {
    const exponent = Math.floor(Math.log10(size) + 1e-9);
    const mantissa = Number((value / 10 ** exponent).toPrecision(5));
    return `${mantissa}·${powerOfTen(exponent)}`.replace('-', '−');
  }
  const format =
    decimals === undefined
      ? { maximumSignificantDigits: 3 }
      : { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return value.toLocaleString('en-US', format).replace('-', '−');
}

/** Not `Math.min(...values)`: ten thousand sweeps of thirty lines are more arguments than a call can take. */
function extent(values: readonly number[]): readonly [number, number] {
  return values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)] as const, [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as const);
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => first + k);
}
