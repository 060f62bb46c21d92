/**
 * ZLLY Lemma 13 as printed: argmin_u ½ (max(0, u) − a)² + γ/2 (u − b)². The cases are tried from top to bottom.
 */
export function lemma13(a: number, b: number, gamma: number): number {
  const root = Math.sqrt(gamma * (gamma + 1)) - gamma;
  if (a + gamma * b >= 0 && b >= 0) return (a + gamma * b) / (1 + gamma);
  if (-root * a <= gamma * b && gamma * b < 0) return (a + gamma * b) / (1 + gamma);
  if (-a <= gamma * b && gamma * b <= -root * a && -root * a < 0) return b;
  if (a + gamma * b < 0) return Math.min(b, 0);
  throw new RangeError(`Lemma 13 has no case for a = ${a}, b = ${b}, gamma = ${gamma}`);
}
