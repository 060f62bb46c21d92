import { scaled, squaredNorms } from '../../algebra/ops.ts';
import { normals } from '../../algebra/random.ts';
import { type Tensor, vector } from '../../algebra/tensor.ts';
import { hiddenGradient } from '../../problem/lifted.ts';
import { depth, layers, type Problem, shapesOf, weightNames } from '../../problem/problem.ts';
import type { Derived } from './block.ts';

const rounds = 30;
const starts = 4;
/** What so many rounds from so many starts can fall short by; a step of less than 2/L still converges. */
const margin = 1.05;

/** The name under which a block finds the curvature. */
export const curvatureName = 'curvature of the hidden states';

/**
 * L ≥ λ_max of the Hessian of ZB (4) by all hidden states of a sample, Q(W̃) and the loss with its Lipschitz constant, the same for all
 * samples: by power iteration on the gradient of `hiddenGradient` without data, biases and targets.
 */
export function hiddenCurvature(problem: Problem): Derived {
  const N = depth(problem);
  const hidden = layers(problem).filter((i) => i < N);
  const names = hidden.map((i) => `V${i}`);
  const lossCurvature = problem.loss.properties.gradientLipschitz!;
  return {
    name: curvatureName,
    shape: [],
    from: layers(problem),
    async prepare(engine) {
      const program = await engine.compile(
        {
          name: curvatureName,
          inputs: shapesOf(problem, [
            ...names,
            ...weightNames(problem).filter((name) => name.startsWith('W')),
          ]),
          build(o, x) {
            const zeros = Object.fromEntries(layers(problem).map((i) => [`b${i}`, o.scalar(0)]));
            // Without data a map of the data is 0, whatever its weights.
            const V0 = o.mul(o.scalar(0), o.product(x.V1!, x.W1!));
            const gradient = hiddenGradient(o, problem, { ...x, ...zeros, V0 }, (inner, z) =>
              scaled(inner, lossCurvature, z),
            );
            const images = gradient(
              o,
              names.map((name) => x[name]!),
            );
            const squares = images.map((image) => squaredNorms(o, image)).reduce((a, b) => o.add(a, b));
            const size = o.column(o.sqrt(squares));
            const next = images.map((image, k) => [`next ${names[k]}`, o.div(image, size)] as const);
            return { ...Object.fromEntries(next), size: o.sum(size, 1) };
          },
        },
        'float64',
      );
      const draw = normals(0);
      const random = (width: number): Tensor => ({
        shape: [starts, width],
        data: Float64Array.from({ length: starts * width }, () => draw()),
      });
      return async (weights) => {
        const W = Object.fromEntries(weights.map((matrix, k) => [`W${k + 1}`, matrix]));
        const size = new Float64Array(starts);
        let v = Object.fromEntries(hidden.map((i) => [`V${i}`, random(problem.widths[i]!)]));
        for (let k = 0; k < rounds; k++) {
          const next = Object.fromEntries(
            Object.entries(v).map(([name, { shape }]) => [
              name,
              { shape, data: new Float64Array(shape[0]! * shape[1]!) },
            ]),
          );
          const outputs = Object.entries(next).map(([name, value]) => [`next ${name}`, value]);
          await program.run({ ...v, ...W }, { ...Object.fromEntries(outputs), size: vector(size) });
          v = next;
        }
        return { shape: [], data: Float64Array.of(margin * Math.max(...size)) };
      };
    },
  };
}
