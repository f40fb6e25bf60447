import { part, type Optimizer } from "./optimizer";

/** Stochastic gradient descent with momentum, as torch.optim.SGD computes it without dampening; decay is L2, on the gradient. */
export interface Sgd {
  readonly kind: "sgd";
  readonly learningRate: number;
  /** 0 keeps no velocity. */
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
}

/** g' = g + wd p, u' = mu u + g', p' = p - lr (g' + mu u' with Nesterov's look-ahead, else u'). */
export const sgd: Optimizer<Sgd> = {
  prefix: "sgd.",
  slots: (shape, { momentum }) => (momentum === 0 ? [] : [{ name: "sgd.velocity", shape }]),
  scalars: () => (rate) => [rate],
  update(b, { momentum, nesterov, weightDecay }, { parameter, gradient, slots, scalars, decays }) {
    const rate = part(scalars, 0);
    const pull = decays && weightDecay !== 0 ? b.add(gradient, b.scale(parameter, weightDecay)) : gradient;
    const move = (direction: typeof pull) => b.sub(parameter, b.mul(direction, rate));
    if (momentum === 0) return { parameter: move(pull), slots: [] };
    const velocity = b.add(b.scale(part(slots, 0), momentum), pull);
    return {
      parameter: move(nesterov ? b.add(pull, b.scale(velocity, momentum)) : velocity),
      slots: [velocity],
    };
  },
};
