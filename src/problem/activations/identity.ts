import { scaled } from '../../algebra/ops.ts';
import type { Activation } from '../activation.ts';
import { oneSlope } from '../term.ts';

/** σ(u) = u. */
export const identity: Activation = {
  name: 'identity',
  formula: 'u',
  solution: 'closed form',
  reference: 'ZLLY 2.1.1, appendix B (b1)',
  properties: { lipschitz: 1, definability: 'real analytic' },
  value: (_, u) => u,
  subdifferential(o) {
    const one = o.scalar(1);
    return oneSlope(one);
  },
  prox: (o, a, b, penalty) => o.add(scaled(o, 1 / (1 + penalty), a), scaled(o, penalty / (1 + penalty), b)),
};
