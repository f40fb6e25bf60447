import { part, type Optimizer } from "./optimizer";

/** Adam with decoupled weight decay (Loshchilov & Hutter 2019), as torch.optim.AdamW computes it. */
export interface AdamW {
  readonly kind: "adamw";
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/**
 * Moments are kept as plain sums, m' = b1 m + g and v' = b2 v + g^2: torch's exp_avg is (1 - b1) m, its exp_avg_sq
 * (1 - b2) v. With c = 1 - b^t, p' = p (1 - lr wd) - r m' / (sqrt(v') + e), where the host computes
 * r = lr (1 - b1) / c1 sqrt(c2 / (1 - b2)) and e = eps sqrt(c2 / (1 - b2)): torch's formula in 11 passes over memory
 * instead of 13, as every factor of a whole tensor has gone into a number of the step. Powers of b come from repeated
 * multiplication, which IEEE 754 fixes.
 */
export const adamw: Optimizer<AdamW> = {
  prefix: "adam.",
  slots: (shape) => [
    { name: "adam.m", shape },
    { name: "adam.v", shape },
  ],
  scalars({ beta1, beta2, epsilon, weightDecay }) {
    let [power1, power2] = [1, 1];
    return (rate) => {
      power1 *= beta1;
      power2 *= beta2;
      const root2 = Math.sqrt((1 - power2) / (1 - beta2));
      return [1 - rate * weightDecay, (rate * (1 - beta1) * root2) / (1 - power1), epsilon * root2];
    };
  },
  update(b, { beta1, beta2, weightDecay }, { parameter, gradient, slots, scalars, decays }) {
    const [decay, rate, epsilon] = [part(scalars, 0), part(scalars, 1), part(scalars, 2)];
    const m = b.add(b.scale(part(slots, 0), beta1), gradient);
    const v = b.add(b.scale(part(slots, 1), beta2), b.mul(gradient, gradient));
    const direction = b.div(b.mul(m, rate), b.add(b.op("Sqrt", [v]), epsilon));
    const kept = decays && weightDecay !== 0 ? b.mul(parameter, decay) : parameter;
    return { parameter: b.sub(kept, direction), slots: [m, v] };
  },
};
