import { intAttribute, ints, intsAttribute, textAttribute, type Attributes } from "../../ir";
import { misfit } from "../../refusal";

/** Geometry of a sliding window over the trailing dimensions. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Padding before and after each spatial dimension. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

export const windowAttributes = {
  auto_pad: "string",
  ceil_mode: "int",
  dilations: "ints",
  kernel_shape: "ints",
  pads: "ints",
  strides: "ints",
} as const;

/** Reads the window of a convolution or pooling node over `spatial` dimensions. */
export function windowOf(attributes: Attributes, spatial: readonly number[], weights?: readonly number[]): Window {
  const node = { attributes };
  const rank = spatial.length;
  const kernel = intsAttribute(node, "kernel_shape") ?? weights ?? misfit("The kernel_shape is missing.");
  const strides = intsAttribute(node, "strides") ?? kernel.map(() => 1);
  const dilations = intsAttribute(node, "dilations") ?? kernel.map(() => 1);
  const pads = intsAttribute(node, "pads") ?? new Array<number>(2 * rank).fill(0);
  const right = [kernel, strides, dilations].every(
    (list) => list.length === rank && list.every((n) => n >= 1 && n <= 2 ** 20),
  );
  if (rank < 1 || !right || pads.length !== 2 * rank || pads.some((n) => n < 0 || n > 2 ** 20)) {
    misfit(`The window [${kernel.join(", ")}] does not fit the spatial shape [${spatial.join(", ")}].`);
  }
  if (weights !== undefined && weights.some((n, i) => n !== kernel[i]))
    misfit("kernel_shape differs from the weights.");
  const roundsUp = intAttribute(node, "ceil_mode", 0) !== 0;
  if (roundsUp && weights !== undefined) misfit("A convolution has no ceil_mode.");
  const padded = paddedWindow(node, spatial, { kernel, strides, dilations }, pads);
  return roundsUp ? { ...padded, after: afterRoundingUp(spatial, padded) } : padded;
}

/** Padding as listed, or as the auto_pad mode works it out. */
function paddedWindow(
  node: { attributes: Attributes },
  spatial: readonly number[],
  shape: Pick<Window, "kernel" | "strides" | "dilations">,
  pads: readonly number[],
): Window {
  const { kernel, strides } = shape;
  const rank = spatial.length;
  const mode = textAttribute(node, "auto_pad", "NOTSET");
  if (mode === "NOTSET") return { ...shape, before: pads.slice(0, rank), after: pads.slice(rank) };
  if (mode === "VALID") return { ...shape, before: kernel.map(() => 0), after: kernel.map(() => 0) };
  if (mode !== "SAME_UPPER" && mode !== "SAME_LOWER") misfit(`auto_pad "${mode}" does not exist.`);
  const total = spatial.map((size, i) => {
    const stride = strides[i] ?? 1;
    const reach = reachOf(shape, i);
    return Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size);
  });
  const small = total.map((n) => Math.floor(n / 2));
  const large = total.map((n, i) => n - (small[i] ?? 0));
  return { ...shape, ...(mode === "SAME_UPPER" ? { before: small, after: large } : { before: large, after: small }) };
}

/**
 * Padding after each dimension with which the count of positions, rounded down, is the one that ceil_mode rounds up to.
 * A window that would start behind the last element is left out.
 */
function afterRoundingUp(spatial: readonly number[], window: Window): number[] {
  return spatial.map((size, i) => {
    const [stride, before] = [window.strides[i] ?? 1, window.before[i] ?? 0];
    const reach = reachOf(window, i);
    const count = Math.ceil((size + before + (window.after[i] ?? 0) - reach) / stride) + 1;
    const starting = (count - 1) * stride >= size + before ? count - 1 : count;
    return Math.max(0, (starting - 1) * stride + reach - size - before);
  });
}

/** Positions that a window spans along a spatial dimension. */
const reachOf = (window: Pick<Window, "kernel" | "dilations">, i: number): number =>
  ((window.kernel[i] ?? 1) - 1) * (window.dilations[i] ?? 1) + 1;

/** Spatial shape after the window slid over it. */
export function slideShape(spatial: readonly number[], window: Window): number[] {
  return spatial.map((size, i) => {
    const reach = reachOf(window, i);
    const count =
      Math.floor((size + (window.before[i] ?? 0) + (window.after[i] ?? 0) - reach) / (window.strides[i] ?? 1)) + 1;
    return count >= 1 ? count : misfit(`A window of ${reach} does not fit into ${size} padded positions.`);
  });
}

/** Attributes of a convolution of turned images, which has neither groups nor dilation. */
export const turnedAttributes = (window: Window): Attributes => ({
  pads: ints([...window.before, ...window.after]),
  strides: ints(window.strides),
});

/** The window that `turnedAttributes` wrote. */
export function turnedWindow(attributes: Attributes, spatial: readonly number[], kernel: readonly number[]): Window {
  const { pads, strides } = attributes;
  if (pads === undefined || strides === undefined) misfit("A convolution of turned images lacks its window.");
  return windowOf({ pads, strides }, spatial, kernel);
}
