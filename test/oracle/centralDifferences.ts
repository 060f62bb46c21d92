import type { Tensor } from '../../src/algebra/tensor.ts';

/** Near the cube root of the spacing of float64, where truncation, h², and rounding, eps/h, are about equal. */
const h = 2 ** -17;

/** ∂f/∂x[name] by a central difference in every element. */
export function centralDifferences(
  f: (x: Readonly<Record<string, Tensor>>) => number,
  x: Readonly<Record<string, Tensor>>,
  name: string,
): Float64Array {
  const at = x[name]!;
  const moved = (index: number, by: number): number => {
    const data = Float64Array.from(at.data);
    data[index]! += by;
    return f({ ...x, [name]: { ...at, data } });
  };
  return Float64Array.from(at.data, (_, index) => (moved(index, h) - moved(index, -h)) / (2 * h));
}
