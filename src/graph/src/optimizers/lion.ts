import { part, type Optimizer } from "./optimizer";

/** Evolved sign momentum (Chen et al. 2023, algorithm 2), with decoupled weight decay. */
export interface Lion {
  readonly kind: "lion";
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly weightDecay: number;
}

/** p' = p (1 - lr wd) - lr sign(b1 m + (1-b1) g), m' = b2 m + (1-b2) g. */
export const lion: Optimizer<Lion> = {
  prefix: "lion.",
  slots: (shape) => [{ name: "lion.m", shape }],
  scalars:
    ({ weightDecay }) =>
    (rate) => [1 - rate * weightDecay, rate],
  update(b, { beta1, beta2, weightDecay }, { parameter, gradient, slots, scalars, decays }) {
    const [decay, rate, m] = [part(scalars, 0), part(scalars, 1), part(slots, 0)];
    const direction = b.op("Sign", [b.add(b.scale(m, beta1), b.scale(gradient, 1 - beta1))]);
    const kept = decays && weightDecay !== 0 ? b.mul(parameter, decay) : parameter;
    return {
      parameter: b.sub(kept, b.mul(direction, rate)),
      slots: [b.add(b.scale(m, beta2), b.scale(gradient, 1 - beta2))],
    };
  },
};
