import { UserError } from '../algebra/errors.ts';
import { permutation } from '../algebra/random.ts';
import { copyRows, floats, type Matrix, matrix, precisionOf, rowsOf } from '../algebra/tensor.ts';
import type { Dataset } from './dataset.ts';
import { counted } from './wording.ts';

/**
 * The rule: Fisher-Yates shuffles the rows with the Mersenne Twister of `seed`; of the shuffled rows the first
 * `round(n * fraction)` are held out and the others, in shuffled order, are for training.
 */
export function split(dataset: Dataset, fraction: number, seed: number): { train: Dataset; held: Dataset } {
  if (!(fraction > 0 && fraction < 1))
    throw new UserError(
      `the fraction of rows to hold out is ${fraction} where a number between 0 and 1, both excluded, was expected: give for example 0.2`,
    );
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
    throw new UserError(
      `the seed is ${seed} where a whole number from 0 to ${2 ** 32 - 1} was expected: give for example 0`,
    );
  const [count] = dataset.inputs.shape;
  const held = Math.round(count * fraction);
  if (held === 0 || held === count)
    throw new UserError(
      `holding out ${fraction} of ${counted(count, 'row')} leaves no rows to ${held === 0 ? 'test on' : 'train on'}: give more rows or another fraction`,
    );
  const order = permutation(count, seed);
  return { train: pick(dataset, order.subarray(held)), held: pick(dataset, order.subarray(0, held)) };
}

/** The first `count` samples, as views. */
export function take(dataset: Dataset, count: number): Dataset {
  const [available] = dataset.inputs.shape;
  if (!Number.isInteger(count) || count < 1 || count > available)
    throw new UserError(
      `the first ${count} samples were asked for where the data has ${available}: give a whole number from 1 to ${available}`,
    );
  return between(dataset, 0, count);
}

/** The contiguous part of process `rank` of `size`, as views; parts differ by one row at most. */
export function shard(dataset: Dataset, rank: number, size: number): Dataset {
  const [count] = dataset.inputs.shape;
  if (!Number.isInteger(size) || !Number.isInteger(rank) || rank < 0 || rank >= size)
    throw new UserError(
      `shard ${rank} of ${size} was asked for where a whole number from 0 to the number of shards, excluded, was expected: number the shards from 0`,
    );
  if (size > count)
    throw new UserError(
      `${size} shards were asked for where the data has ${counted(count, 'row')}, which leaves shards without rows: use at most ${count}`,
    );
  return between(dataset, Math.floor((rank * count) / size), Math.floor(((rank + 1) * count) / size));
}

function pick(dataset: Dataset, rows: Uint32Array): Dataset {
  return { ...dataset, inputs: pickRows(dataset.inputs, rows), targets: pickRows(dataset.targets, rows) };
}

function pickRows(source: Matrix, rows: Uint32Array): Matrix {
  const columns = source.shape[1];
  const data = floats(precisionOf(source), rows.length * columns);
  copyRows(source, rows, data);
  return matrix(rows.length, columns, data);
}

function between(dataset: Dataset, start: number, end: number): Dataset {
  return {
    ...dataset,
    inputs: rowsOf(dataset.inputs, start, end),
    targets: rowsOf(dataset.targets, start, end),
  };
}
