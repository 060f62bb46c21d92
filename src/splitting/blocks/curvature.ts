import { concrete } from '../../algebra/engine.ts';
import { scaled, squaredNorms } from '../../algebra/ops.ts';
import { normals } from '../../algebra/random.ts';
import { sizeOf, type Tensor, vector, zeros } from '../../algebra/tensor.ts';
import { hiddenGradient } from '../../problem/lifted.ts';
import { layers, type Problem, shapeOf, shapesOf, stateNames } from '../../problem/problem.ts';
import type { Derived } from './block.ts';

const rounds = 30;
const starts = 4;
/** What so many rounds from so many starts can fall short by; a step of less than 2/L still converges. */
const margin = 1.05;

/** The name under which a block finds the curvature. */
export const curvatureName = 'curvature of the hidden states';

/**
 * L ≥ λ_max of the Hessian of ZB (4) by all hidden states of a sample, Q(W̃) and the loss with its Lipschitz constant, the same for all
 * samples and with and without the Fenchel terms: by power iteration on the gradient of `hiddenGradient` without data, biases and targets.
 */
export function hiddenCurvature(problem: Problem): Derived {
  const names = stateNames(problem);
  const lossCurvature = problem.loss.properties.gradientLipschitz!;
  return {
    name: curvatureName,
    shape: [],
    from: layers(problem),
    async prepare(engine) {
      const program = await engine.compile(
        {
          name: curvatureName,
          inputs: shapesOf(problem, [...names, ...layers(problem).map((i) => `W${i}`)]),
          build(o, x) {
            const zeros = Object.fromEntries(layers(problem).map((i) => [`b${i}`, o.scalar(0)]));
            // Without data a map of the data is 0, whatever its weights.
            const V0 = o.mul(o.scalar(0), o.product(x.V1!, x.W1!));
            const quadratic: Problem = { ...problem, formulation: 'lifted' };
            const gradient = hiddenGradient(o, quadratic, { ...x, ...zeros, V0 }, (inner, z) =>
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
      const shapes = names.map((name) => [name, concrete(shapeOf(problem, name), starts)] as const);
      const random = (shape: readonly number[]): Tensor => ({
        shape,
        data: Float64Array.from({ length: sizeOf(shape) }, () => draw()),
      });
      return async (weights) => {
        const W = Object.fromEntries(weights.map((matrix, k) => [`W${k + 1}`, matrix]));
        const size = new Float64Array(starts);
        let v = Object.fromEntries(shapes.map(([name, shape]) => [name, random(shape)]));
        for (let k = 0; k < rounds; k++) {
          const next = Object.fromEntries(shapes.map(([name, shape]) => [name, zeros(shape)]));
          const outputs = Object.entries(next).map(([name, value]) => [`next ${name}`, value]);
          await program.run({ ...v, ...W }, { ...Object.fromEntries(outputs), size: vector(size) });
          v = next;
        }
        return { shape: [], data: Float64Array.of(margin * Math.max(...size)) };
      };
    },
  };
}
