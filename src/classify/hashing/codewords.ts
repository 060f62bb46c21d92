import { permutation } from '../../algebra/random.ts';
import { type Matrix, matrix } from '../../algebra/tensor.ts';

/** Splits of the classes that are compared for each bit. */
const candidates = 64;

/**
 * A codeword c_a ∈ {−1, 1}^K for each of C classes, far from each other: error-correcting output codes (Dietterich and Bakiri 1995).
 *
 * Every bit splits the classes into halves, which makes it as informative as a bit can be, and so fixes the mean distance of two
 * codewords at its largest, K ⌈C/2⌉⌊C/2⌋/(C(C − 1)/2) (Plotkin 1960). What is left to choose is how even the distances are. Bit after bit, of
 * 64 random halves that is taken which adds least to Σ_{a<b} ⟨c_a, c_b⟩², and ⟨c_a, c_b⟩ = K − 2 d(a, b).
 * @returns `[C, K]`; the same seed gives the same.
 */
export function codewords(classes: number, bits: number, seed: number): Matrix {
  const words = matrix(classes, bits, new Float32Array(classes * bits));
  // ⟨c_a, c_b⟩ of the bits so far.
  const products = new Float64Array(classes * classes);
  for (let k = 0; k < bits; k++) {
    let best = new Int8Array(classes);
    let least = Number.POSITIVE_INFINITY;
    for (let t = 0; t < candidates; t++) {
      const split = randomHalves(classes, (seed + Math.imul(k * candidates + t + 1, 0x9e3779b1)) >>> 0);
      // (p + s_a s_b)² − p² = 2 p s_a s_b + 1.
      let change = 0;
      for (let a = 0; a < classes; a++)
        for (let b = 0; b < a; b++) change += products[a * classes + b]! * split[a]! * split[b]!;
      if (change < least) [best, least] = [split, change];
    }
    for (let a = 0; a < classes; a++) {
      words.data[a * bits + k] = best[a]!;
      for (let b = 0; b < a; b++) products[a * classes + b]! += best[a]! * best[b]!;
    }
  }
  return words;
}

/** 1 for half of the classes, rounded up, and −1 for the others. */
function randomHalves(classes: number, seed: number): Int8Array<ArrayBuffer> {
  const order = permutation(classes, seed);
  const split = new Int8Array(classes).fill(-1);
  for (const one of order.subarray(0, Math.ceil(classes / 2))) split[one] = 1;
  return split;
}
