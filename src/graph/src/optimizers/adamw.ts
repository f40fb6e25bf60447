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
 * m' = b1 m + (1-b1) g, v' = b2 v + (1-b2) g^2, p' = p (1 - lr wd) - (lr sqrt(c2) / c1) m' / (sqrt(v') + eps sqrt(c2)) with
 * c = 1 - b^t: torch's formula with the bias corrections moved into two host scalars, which saves two passes over v.
 * Powers of b come from repeated multiplication, which IEEE 754 fixes.
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
      const root2 = Math.sqrt(1 - power2);
      return [1 - rate * weightDecay, (rate * root2) / (1 - power1), epsilon * root2];
    };
  },
  update(b, { beta1, beta2, weightDecay }, { parameter, gradient, slots, scalars, decays }) {
    const [decay, rate, epsilon] = [part(scalars, 0), part(scalars, 1), part(scalars, 2)];
    const m = b.add(b.scale(part(slots, 0), beta1), b.scale(gradient, 1 - beta1));
    const v = b.add(b.scale(part(slots, 1), beta2), b.scale(b.mul(gradient, gradient), 1 - beta2));
    const direction = b.div(b.mul(m, rate), b.add(b.op("Sqrt", [v]), epsilon));
    const kept = decays && weightDecay !== 0 ? b.mul(parameter, decay) : parameter;
    return { parameter: b.sub(kept, direction), slots: [m, v] };
  },
};
