import type { Matrix } from '../algebra/tensor.ts';

/** Features of samples as coordinate descent reads them: row by row, against weights that are dense. */
export interface FeatureRows {
  readonly count: number;
  readonly width: number;
  /** ‖x_i‖². */
  squaredNorm(row: number): number;
  /** ⟨x_i, w⟩. */
  dot(row: number, w: Float64Array): number;
  /** w ← w + factor · x_i. */
  add(row: number, factor: number, w: Float64Array): void;
}

/**
 * Share of nonzero features from which all of them are read. Measured on 60,000 x 784, product and update together: 2.3 ns a feature
 * of a dense row, 5.2 ns a nonzero of a compressed one.
 */
const denseFrom = 0.4;

/** Compressed where features are sparse; otherwise a view of the matrix, `[n, d]`. */
export function featureRows(features: Matrix): FeatureRows {
  const { data } = features;
  let nonzeros = 0;
  for (let k = 0; k < data.length; k++) if (data[k] !== 0) nonzeros++;
  return nonzeros < denseFrom * data.length ? compressedRows(features, nonzeros) : denseRows(features);
}

export function denseRows({ shape: [count, width], data }: Matrix): FeatureRows {
  return {
    count,
    width,
    squaredNorm(row) {
      let sum = 0;
      for (let k = row * width; k < (row + 1) * width; k++) sum += data[k]! * data[k]!;
      return sum;
    },
    dot(row, w) {
      const start = row * width;
      const whole = width - (width % 4);
      // Four sums at a time do not wait for each other.
      let [a, b, c, d] = [0, 0, 0, 0];
      for (let j = 0; j < whole; j += 4) {
        a += data[start + j]! * w[j]!;
        b += data[start + j + 1]! * w[j + 1]!;
        c += data[start + j + 2]! * w[j + 2]!;
        d += data[start + j + 3]! * w[j + 3]!;
      }
      for (let j = whole; j < width; j++) a += data[start + j]! * w[j]!;
      return a + b + (c + d);
    },
    add(row, factor, w) {
      const start = row * width;
      for (let j = 0; j < width; j++) w[j]! += factor * data[start + j]!;
    },
  };
}

/** The nonzero features alone, each with its column. */
export function compressedRows({ shape: [count, width], data }: Matrix, nonzeros: number): FeatureRows {
  const starts = new Uint32Array(count + 1);
  const columns = new Int32Array(nonzeros);
  const values = data instanceof Float32Array ? new Float32Array(nonzeros) : new Float64Array(nonzeros);
  let filled = 0;
  for (let row = 0; row < count; row++) {
    for (let j = 0; j < width; j++) {
      const value = data[row * width + j]!;
      if (value === 0) continue;
      columns[filled] = j;
      values[filled++] = value;
    }
    starts[row + 1] = filled;
  }
  return {
    count,
    width,
    squaredNorm(row) {
      let sum = 0;
      for (let k = starts[row]!; k < starts[row + 1]!; k++) sum += values[k]! * values[k]!;
      return sum;
    },
    dot(row, w) {
      const [start, end] = [starts[row]!, starts[row + 1]!];
      const whole = end - ((end - start) % 2);
      let [a, b] = [0, 0];
      for (let k = start; k < whole; k += 2) {
        a += values[k]! * w[columns[k]!]!;
        b += values[k + 1]! * w[columns[k + 1]!]!;
      }
      if (whole < end) a += values[whole]! * w[columns[whole]!]!;
      return a + b;
    },
    add(row, factor, w) {
      const end = starts[row + 1]!;
      for (let k = starts[row]!; k < end; k++) w[columns[k]!]! += factor * values[k]!;
    },
  };
}
