import { concrete } from '../../algebra/engine.ts';
import { normOf, scaled } from '../../algebra/ops.ts';
import { normals } from '../../algebra/random.ts';
import { sizeOf, type Tensor, vector, zeros } from '../../algebra/tensor.ts';
import { couplingGradient, lossGradient } from '../../problem/lifted.ts';
import { layers, type Problem, shapeOf, shapesOf, stateNames } from '../../problem/problem.ts';
import type { Derived } from './block.ts';

const rounds = 30;
const starts = 4;
/** What so many rounds from so many starts can fall short by; a step of less than 2/L still converges. */
const margin = 1.05;

/** A vector of this length or less is taken for 0. */
const tiny = 1e-300;

/** The two parts of the smooth objective of the hidden states. */
export type CurvedPart = 'couplings' | 'loss';

/** The name under which a block finds the curvature of a part. */
export function curvatureName(part: CurvedPart): string {
  return `curvature of the ${part}`;
}

/**
 * L ≥ λ_max of the Hessian by all hidden states of a sample, the same for all samples, of one part of ZB (4): of the couplings, which is
 * Q(W̃), with and without the Fenchel terms; or of the loss, with its Lipschitz constant. By power iteration on the gradient without
 * data, biases and targets.
 */
export function hiddenCurvature(problem: Problem, part: CurvedPart): Derived {
  const names = stateNames(problem);
  const lossCurvature = problem.loss.properties.gradientLipschitz!;
  const quadratic: Problem = { ...problem, formulation: 'lifted' };
  return {
    name: curvatureName(part),
    shape: [],
    from: layers(problem),
    async prepare(engine) {
      const program = await engine.compile(
        {
          name: curvatureName(part),
          inputs: shapesOf(problem, [...names, ...layers(problem).map((i) => `W${i}`)]),
          build(o, x) {
            const zeros = Object.fromEntries(layers(problem).map((i) => [`b${i}`, o.scalar(0)]));
            // Without data a map of the data is 0, whatever its weights.
            const V0 = o.mul(o.scalar(0), o.product(x.V1!, x.W1!));
            const given = { ...x, ...zeros, V0 };
            const gradient =
              part === 'couplings'
                ? couplingGradient(o, quadratic, given)
                : lossGradient(o, quadratic, given, (inner, z) => scaled(inner, lossCurvature, z));
            const states = names.map((name) => x[name]!);
            const found = gradient(o, states);
            const images = states.map((state, k) => found[k] ?? o.mul(o.scalar(0), state));
            const size = o.column(o.max(normOf(o, images), o.scalar(tiny)));
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
