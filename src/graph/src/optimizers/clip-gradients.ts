import type { Builder } from "../builder";
import type { Value } from "../ir";

/** Added to the norm, as torch.nn.utils.clip_grad_norm_ does. */
const NORM_SHIFT = 1e-6;

/** Scales all gradients down so that their common Euclidean norm is at most `norm` (Pascanu et al. 2013). */
export function clipGradients(b: Builder, gradients: readonly Value[], norm: number): Value[] {
  const squares = gradients.map((gradient) => {
    const axes = gradient.shape.map((_, axis) => axis);
    return b.sum(b.mul(gradient, gradient), axes);
  });
  const [first, ...rest] = squares;
  if (first === undefined) return [];
  const total = b.op("Sqrt", [rest.reduce(b.add, first)]);
  const factor = b.op("Min", [
    b.div(b.scalar(total.dtype, norm), b.shift(total, NORM_SHIFT)),
    b.scalar(total.dtype, 1),
  ]);
  return gradients.map((gradient) => b.mul(gradient, factor));
}
