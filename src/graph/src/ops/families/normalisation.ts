import type { Builder } from "../../builder";
import { float, int, sizeOf, type Value } from "../../ir";
import { misfit } from "../../refusal";
import { dim } from "../../shape";

/** Normalises groups of neighbouring channels of [N, C, ...] to mean 0 and variance 1, each group of an example by itself. */
export function normalisedGroups(b: Builder, x: Value, groups: number, epsilon: number): Value {
  const [examples, channels] = [dim(x.shape, 0), dim(x.shape, 1)];
  if (groups < 1 || channels % groups !== 0) misfit(`${channels} channels do not form ${groups} groups.`);
  const width = (channels / groups) * sizeOf(x.shape.slice(2));
  const rows = b.reshape(x, [examples, groups, width]);
  const attributes = { axis: int(-1), epsilon: float(epsilon) };
  const [normal] = b.node("LayerNormalization", [rows, b.filled(x.dtype, [width], 1)], attributes, 3);
  return b.reshape(normal ?? misfit("LayerNormalization has no result."), x.shape);
}

/** A list with one number a channel, shaped to go along [N, C, ...]. */
export function alongChannels(b: Builder, list: Value, x: Value): Value {
  if (list.shape.length !== 1 || list.shape[0] !== x.shape[1] || list.dtype !== x.dtype)
    misfit(`[${list.shape.join(", ")}] does not give each of ${x.shape[1] ?? 0} channels a number.`);
  return b.reshape(list, [dim(x.shape, 1), ...x.shape.slice(2).map(() => 1)]);
}
