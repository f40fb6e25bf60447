import type { Builder } from "./builder";
import type { Literal, Value } from "./ir";
import type { TrainingOptions } from "./options";

/**
 * Dynamic loss scaling (Micikevicius et al. 2018) with the rule and the numbers of torch.amp.GradScaler: the loss is
 * multiplied so that small gradients do not vanish in float16. A step with a gradient that is not finite is left out and
 * halves the scale; this many steps without one double it. The bounds are ours; torch has none but those of float32.
 */
const INITIAL = 2 ** 16;
const GROWTH = 2;
const BACKOFF = 0.5;
const INTERVAL = 2000;
const [LEAST, MOST] = [2 ** -16, 2 ** 32];

export const SCALER_PREFIX = "scaler.";
/** State tensors, float32 [1]: the factor on the loss, and the steps since it last changed. */
const SCALE = `${SCALER_PREFIX}scale`;
const GOOD_STEPS = `${SCALER_PREFIX}good_steps`;

/** What a run carries to scale its loss, with where it starts; nothing where no scaling is needed. */
export function scalerTensors({ precision }: Pick<TrainingOptions, "precision">): Map<string, Literal> {
  const one = (value: number): Literal => ({ dtype: "float32", shape: [1], data: Float32Array.of(value) });
  return new Map(
    precision === "float16"
      ? [
          [SCALE, one(INITIAL)],
          [GOOD_STEPS, one(0)],
        ]
      : [],
  );
}

/** The loss as gradients are taken of it; the state says whether there is a factor. */
export function scaledLoss(b: Builder, loss: Value, state: ReadonlyMap<string, Value>): Value {
  const scale = state.get(SCALE);
  return scale === undefined ? loss : b.mul(loss, b.reshape(scale, []));
}

/** Gradients of the loss itself from those of the scaled one. The scale is a power of two, so no bit is lost. */
export function unscaled(b: Builder, gradients: readonly Value[], state: ReadonlyMap<string, Value>): readonly Value[] {
  const scale = state.get(SCALE);
  if (scale === undefined) return gradients;
  const inverse = b.div(b.scalar("float32", 1), b.reshape(scale, []));
  return gradients.map((gradient) => b.mul(gradient, inverse));
}

/**
 * What a step makes of the state: all of `next` when every gradient is finite, else everything stays, and in both cases
 * the scale moves. GradScaler keeps parameters and optimizer slots, as it leaves optimizer.step() out; averages and
 * running statistics stay here too, so that what overflowed forwards never reaches them. The gradients come in the order
 * in which they are made, as the runtime makes them in the order in which they are looked at.
 */
export function guarded(
  b: Builder,
  gradients: readonly Value[],
  state: ReadonlyMap<string, Value>,
  next: ReadonlyMap<string, Value>,
): ReadonlyMap<string, Value> {
  const [scale, goodSteps] = [state.get(SCALE), state.get(GOOD_STEPS)];
  if (scale === undefined || goodSteps === undefined) return next;
  const isGood = allFinite(b, gradients);
  const kept = [...next].map(([name, value]) => [name, b.where(isGood, value, state.get(name) ?? value)] as const);
  const counted = b.shift(goodSteps, 1);
  const isDue = b.op("Equal", [counted, b.scalar("float32", INTERVAL)]);
  const grown = b.op("Min", [b.scale(scale, GROWTH), b.scalar("float32", MOST)]);
  const shrunk = b.op("Max", [b.scale(scale, BACKOFF), b.scalar("float32", LEAST)]);
  const none = b.scalar("float32", 0);
  return new Map([
    ...kept,
    [SCALE, b.where(isGood, b.where(isDue, grown, scale), shrunk)],
    [GOOD_STEPS, b.where(isGood, b.where(isDue, none, counted), none)],
  ]);
}

/** Whether every element is finite, bool []: zero times what is not finite is no number. */
function allFinite(b: Builder, values: readonly Value[]): Value {
  const zero = b.scalar("float32", 0);
  const sums = values.map((value) => {
    const axes = value.shape.map((_, axis) => axis);
    return b.sum(b.mul(value, zero), axes);
  });
  return b.op("Equal", [sums.reduce(b.add, zero), zero]);
}
