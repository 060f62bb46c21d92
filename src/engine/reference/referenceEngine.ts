import {
  concrete,
  type Engine,
  type Expression,
  type Loop,
  NotPositiveDefinite,
  type Program,
  type Recurrence,
  type Shape,
  type SpdFactor,
} from '../../algebra/engine.ts';
import { type Matrix, sizeOf, type Tensor, zeros } from '../../algebra/tensor.ts';
import { referenceOps } from './referenceOps.ts';

/** The float64 interpreter: slow, obvious, and what every other engine is tested against. */
export function referenceEngine(): Engine {
  return {
    name: 'reference',
    precision: 'float64',
    compile: async (expression) => interpret(expression),
    compileLoop: async (recurrence) => repeat(recurrence),
    factor: async (a) => cholesky(a),
    dispose: async () => {},
  };
}

function interpret(expression: Expression): Program {
  return {
    outputs: shapesOf(expression),
    dispose: async () => {},
    async run(inputs, outputs) {
      const values = expression.build(referenceOps, inputs);
      for (const [name, out] of Object.entries(outputs)) {
        const value = values[name]!;
        if (value.data.length !== out.data.length)
          throw new RangeError(`${expression.name}: output ${name} is [${value.shape}], not [${out.shape}]`);
        out.data.set(value.data);
      }
    },
  };
}

/** One step after the other. */
function repeat({ name, state, inputs: shapes, step }: Recurrence): Loop {
  const nextName = (variable: string): string => `next ${variable}`;
  const once: Expression = {
    name,
    inputs: { ...state, ...shapes },
    build(o, x) {
      const next = step(o, x, x);
      return { ...renamed(next.state, nextName), ...next.outputs };
    },
  };
  const outputShapes = Object.fromEntries(
    Object.entries(shapesOf(once)).filter(([output]) => !Object.keys(state).map(nextName).includes(output)),
  );
  return {
    outputs: outputShapes,
    dispose: async () => {},
    async run(before, inputs, after, outputs) {
      const steps = Object.values(inputs)[0]!.shape[0]!;
      let values: Readonly<Record<string, Tensor>> = before;
      for (let k = 0; k < steps; k++) {
        const given = Object.fromEntries(
          Object.entries(inputs).map(([input, all]) => [input, slice(all, k)]),
        );
        const next = step(referenceOps, values, given);
        values = next.state;
        for (const [output, all] of Object.entries(outputs))
          slice(all, k).data.set(next.outputs[output]!.data);
      }
      for (const [variable, value] of Object.entries(after)) value.data.set(values[variable]!.data);
    },
  };
}

function renamed<T>(values: Readonly<Record<string, T>>, name: (old: string) => string): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([old, value]) => [name(old), value]));
}

/** Entry `k` of the first axis, a view. */
function slice({ shape: [, ...shape], data }: Tensor, k: number): Tensor {
  const size = sizeOf(shape);
  return { shape, data: data.subarray(k * size, (k + 1) * size) };
}

/** Output shapes, read off two evaluations on zeros with different numbers of samples. */
function shapesOf(expression: Expression): Record<string, Shape> {
  const evaluate = (n: number): Record<string, Tensor> =>
    expression.build(
      referenceOps,
      Object.fromEntries(
        Object.entries(expression.inputs).map(([name, shape]) => [name, zeros(concrete(shape, n))]),
      ),
    );
  const [one, two] = [evaluate(1), evaluate(2)];
  return Object.fromEntries(
    Object.entries(one).map(([name, { shape }]) => [
      name,
      shape.map((extent, axis) => (two[name]!.shape[axis] === extent ? extent : 'n')),
    ]),
  );
}

/** A = L Lᵀ, row by row; solves by forward and backward substitution. */
function cholesky(a: Matrix): SpdFactor {
  const d = a.shape[0];
  const l = new Float64Array(sizeOf(a.shape));
  for (let i = 0; i < d; i++)
    for (let j = 0; j <= i; j++) {
      let rest = a.data[i * d + j]!;
      for (let k = 0; k < j; k++) rest -= l[i * d + k]! * l[j * d + k]!;
      if (i === j && !(rest > 0)) throw new NotPositiveDefinite(`pivot ${i} of ${d} is ${rest}`);
      l[i * d + j] = i === j ? Math.sqrt(rest) : rest / l[j * d + j]!;
    }
  return {
    async solve(b) {
      const columns = b.shape[1];
      const x = new Float64Array(b.data);
      for (let c = 0; c < columns; c++) {
        for (let i = 0; i < d; i++) {
          for (let k = 0; k < i; k++) x[i * columns + c]! -= l[i * d + k]! * x[k * columns + c]!;
          x[i * columns + c]! /= l[i * d + i]!;
        }
        for (let i = d - 1; i >= 0; i--) {
          for (let k = i + 1; k < d; k++) x[i * columns + c]! -= l[k * d + i]! * x[k * columns + c]!;
          x[i * columns + c]! /= l[i * d + i]!;
        }
      }
      return { shape: [d, columns], data: x };
    },
  };
}
