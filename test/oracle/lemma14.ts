/** ZLLY Lemma 14 as printed: argmin_u max(0, 1 − a u) + γ/2 (u − b)². */
export function lemma14(a: number, b: number, gamma: number): number {
  if (a === 0) return b;
  if (a * b <= 1 - a ** 2 / gamma) return b + a / gamma;
  if (1 - a ** 2 / gamma < a * b && a * b < 1) return 1 / a;
  if (a * b >= 1) return b;
  throw new RangeError(`Lemma 14 has no case for a = ${a}, b = ${b}, gamma = ${gamma}`);
}
