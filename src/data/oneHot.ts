import { type Matrix, matrix } from '../algebra/tensor.ts';

export function oneHot(labels: ArrayLike<number>, classes: number): Matrix {
  const data = new Float32Array(labels.length * classes);
  for (let row = 0; row < labels.length; row++) data[row * classes + labels[row]!] = 1;
  return matrix(labels.length, classes, data);
}
