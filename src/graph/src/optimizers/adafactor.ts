import type { Builder } from "../builder";
import type { Value } from "../ir";
import { part, type Optimizer } from "./optimizer";

/** Adafactor without momentum (Shazeer & Stern 2018, algorithms 4 and 5): second moments of matrices as a row and a column. */
export interface Adafactor {
  readonly kind: "adafactor";
  /** Relative to the size of each parameter: the step is learningRate times its root mean square, at least 1e-3. */
  readonly learningRate: number;
  readonly weightDecay: number;
}

/** Constants of the paper: both epsilons, the threshold of update clipping, the exponent of the decay 1 - t^-0.8. */
const SQUARE_LEAST = 1e-30;
const SIZE_LEAST = 1e-3;
const UPDATE_MOST = 1;
const DECAY_EXPONENT = -0.8;

const isFactored = (shape: readonly number[]): boolean => shape.length >= 2;

/** The last two axes are factored, as the reference implementation does; vectors keep their full second moment. */
export const adafactor: Optimizer<Adafactor> = {
  prefix: "adafactor.",
  slots: (shape) =>
    isFactored(shape)
      ? [
          { name: "adafactor.row", shape: [...shape.slice(0, -1), 1] },
          { name: "adafactor.column", shape: [...shape.slice(0, -2), 1, ...shape.slice(-1)] },
        ]
      : [{ name: "adafactor.v", shape }],
  scalars({ weightDecay }) {
    let step = 0;
    return (rate) => {
      step += 1;
      return [1 - rate * weightDecay, rate, 1 - step ** DECAY_EXPONENT, step ** DECAY_EXPONENT];
    };
  },
  update(b, { weightDecay }, { parameter, gradient, slots, scalars, decays }) {
    const [decay, rate, keep, take] = [0, 1, 2, 3].map((index) => part(scalars, index)) as [Value, Value, Value, Value];
    const squares = b.shift(b.mul(gradient, gradient), SQUARE_LEAST);
    const moved = (before: Value, now: Value) => b.add(b.mul(before, keep), b.mul(now, take));
    const rank = parameter.shape.length;
    const next = isFactored(parameter.shape)
      ? [rank - 1, rank - 2].map((axis, i) => moved(part(slots, i), mean(b, squares, [axis])))
      : [moved(part(slots, 0), squares)];
    const raw = b.div(gradient, rootSecondMoment(b, next, rank));
    const clipped = b.div(raw, atLeast(b, b.scale(rootMeanSquare(b, raw), 1 / UPDATE_MOST), 1));
    const size = b.mul(atLeast(b, rootMeanSquare(b, parameter), SIZE_LEAST), rate);
    const kept = decays && weightDecay !== 0 ? b.mul(parameter, decay) : parameter;
    return { parameter: b.sub(kept, b.mul(clipped, size)), slots: next };
  },
};

/**
 * Root of the second moment that row and column stand for: R C / mean(R). Both roots are taken before the product, which
 * would vanish in float32 where a row and a column are as small as they get.
 */
function rootSecondMoment(b: Builder, slots: readonly Value[], rank: number): Value {
  const [first, column] = slots;
  if (first === undefined) throw new TypeError("Adafactor lost its moments.");
  const root = (x: Value): Value => b.op("Sqrt", [x]);
  return column === undefined ? root(first) : b.mul(root(b.div(first, mean(b, first, [rank - 2]))), root(column));
}

const mean = (b: Builder, x: Value, axes: readonly number[]): Value => b.reduce("ReduceMean", x, axes, true);

const atLeast = (b: Builder, x: Value, least: number): Value => b.op("Max", [x, b.scalar(x.dtype, least)]);

function rootMeanSquare(b: Builder, x: Value): Value {
  const squares = b.mul(x, x);
  const all = x.shape.map((_, axis) => axis);
  return b.op("Sqrt", [all.length === 0 ? squares : b.reduce("ReduceMean", squares, all, false)]);
}
