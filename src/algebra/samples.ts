import { type Floats, floats, type Matrix, type Precision, rowsOf, toPrecision } from './tensor.ts';

/** How n samples are cut into chunks of nearly equal size. */
export interface Chunks {
  readonly n: number;
  /** First row of each chunk, then n. */
  readonly starts: readonly number[];
  /** Rows of the largest chunk. */
  readonly largest: number;
}

/** Chunks of at most `rows` samples, as equal as can be: a short last chunk would waste a product. */
export function chunksOf(n: number, rows: number): Chunks {
  const count = Math.max(1, Math.ceil(n / rows));
  const starts = Array.from({ length: count + 1 }, (_, c) => Math.round((c * n) / count));
  return { n, starts, largest: Math.ceil(n / count) };
}

/** Per-sample numbers `[n, width]`, held chunk by chunk so that a pass can replace a chunk without copying it. */
export interface Samples {
  readonly width: number;
  readonly chunks: Floats[];
}

/** Zeros. Each chunk has room for the largest, so that a pass can exchange it for any other. */
export function emptySamples(chunks: Chunks, width: number, precision: Precision): Samples {
  return {
    width,
    chunks: sizes(chunks).map((rows) => floats(precision, chunks.largest * width).subarray(0, rows * width)),
  };
}

/** Samples that view the rows of a matrix, or copies of them in another precision. Not to be updated by a pass. */
export function viewSamples(chunks: Chunks, matrix: Matrix, precision: Precision): Samples {
  return {
    width: matrix.shape[1],
    chunks: chunks.starts
      .slice(1)
      .map((end, c) => toPrecision(rowsOf(matrix, chunks.starts[c]!, end), precision).data),
  };
}

/** All rows in one matrix, copied. */
export function gather(samples: Samples): Matrix {
  const length = samples.chunks.reduce((total, chunk) => total + chunk.length, 0);
  const data = floats(samples.chunks[0] instanceof Float64Array ? 'float64' : 'float32', length);
  let offset = 0;
  for (const chunk of samples.chunks) {
    data.set(chunk, offset);
    offset += chunk.length;
  }
  return { shape: [length / samples.width, samples.width], data };
}

export function sizes(chunks: Chunks): number[] {
  return chunks.starts.slice(1).map((end, c) => end - chunks.starts[c]!);
}
