/** The published update of one number: its next value from its present one and the derivative there, which it remembers. */
export type PlainRule = (rate: number) => (x: number, g: number) => number;

/** The published updates, one number at a time, as the references write them. */
export const plainRules: Readonly<Record<string, PlainRule>> = {
  sgd: (rate) => (x, g) => x - rate * g,

  // Sutskever et al. 2013 (3), (4): the parameter theta is behind, and the derivative is taken at x = theta + mu v.
  nesterov(rate) {
    const mu = 0.9;
    let [theta, v] = [Number.NaN, 0];
    return (x, g) => {
      if (Number.isNaN(theta)) theta = x;
      v = mu * v - rate * g;
      theta += v;
      return theta + mu * v;
    };
  },

  adaGrad(rate) {
    const history: number[] = [];
    return (x, g) => {
      history.push(g);
      return x - (rate * g) / (1e-10 + Math.hypot(...history));
    };
  },

  adaDelta(rate) {
    let [meanSquare, meanSquareStep] = [0, 0];
    return (x, g) => {
      meanSquare = 0.95 * meanSquare + 0.05 * g ** 2;
      const step = -(Math.sqrt(meanSquareStep + 1e-6) / Math.sqrt(meanSquare + 1e-6)) * g;
      meanSquareStep = 0.95 * meanSquareStep + 0.05 * step ** 2;
      return x + rate * step;
    };
  },

  rmsProp(rate) {
    let meanSquare = 0;
    return (x, g) => {
      meanSquare = 0.9 * meanSquare + 0.1 * g ** 2;
      return x - (rate * g) / (Math.sqrt(meanSquare) + 1e-8);
    };
  },

  adam(rate) {
    let [m, v, t] = [0, 0, 0];
    return (x, g) => {
      t++;
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g ** 2;
      const [mean, meanSquare] = [m / (1 - 0.9 ** t), v / (1 - 0.999 ** t)];
      return x - (rate * mean) / (Math.sqrt(meanSquare) + 1e-8);
    };
  },
};
