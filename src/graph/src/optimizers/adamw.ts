import type { Builder } from "../builder";
import type { Value } from "../ir";

/** Decoupled weight decay Adam (Loshchilov & Hutter 2019), as torch.optim.AdamW computes it. */
export interface AdamW {
  readonly kind: "adamw";
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** Names of the moments that travel with a parameter. */
export const momentNames = (parameter: string): readonly [string, string] => [
  `adam.m.${parameter}`,
  `adam.v.${parameter}`,
];

/** Numbers of one step that the host computes: 1 - lr wd, lr sqrt(c2) / c1, eps sqrt(c2), with c = 1 - beta^t. */
export const SCALARS_PER_STEP = 3;

/**
 * One update: m' = b1 m + (1-b1) g, v' = b2 v + (1-b2) g^2,
 * p' = p (1 - lr wd) - (lr sqrt(c2) / c1) m' / (sqrt(v') + eps sqrt(c2)).
 * This is torch's formula with the bias corrections moved into two host scalars, which saves two passes over v.
 */
export function adamwUpdate(
  b: Builder,
  options: AdamW,
  at: { readonly parameter: Value; readonly m: Value; readonly v: Value; readonly gradient: Value },
  scalars: readonly [decay: Value, rate: Value, epsilon: Value],
): { parameter: Value; m: Value; v: Value } {
  const { beta1, beta2 } = options;
  const [decay, rate, epsilon] = scalars;
  const m = b.add(b.scale(at.m, beta1), b.scale(at.gradient, 1 - beta1));
  const v = b.add(b.scale(at.v, beta2), b.scale(b.mul(at.gradient, at.gradient), 1 - beta2));
  const direction = b.div(b.mul(m, rate), b.add(b.op("Sqrt", [v]), epsilon));
  const kept = options.weightDecay === 0 ? at.parameter : b.mul(at.parameter, decay);
  return { parameter: b.sub(kept, direction), m, v };
}
