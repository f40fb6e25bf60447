import { intAttribute, intsAttribute, textAttribute, type Attributes } from "../../ir";
import { misfit, unsupported } from "../../refusal";

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
  if (intAttribute(node, "ceil_mode", 0) !== 0)
    unsupported("ceil_mode = 1 is not supported.", "Export with ceil_mode = 0.");
  const mode = textAttribute(node, "auto_pad", "NOTSET");
  if (mode === "NOTSET") return { kernel, strides, dilations, before: pads.slice(0, rank), after: pads.slice(rank) };
  if (mode === "VALID") return { kernel, strides, dilations, before: kernel.map(() => 0), after: kernel.map(() => 0) };
  if (mode !== "SAME_UPPER" && mode !== "SAME_LOWER") misfit(`auto_pad "${mode}" does not exist.`);
  const total = spatial.map((size, i) => {
    const stride = strides[i] ?? 1;
    const reach = ((kernel[i] ?? 1) - 1) * (dilations[i] ?? 1) + 1;
    return Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size);
  });
  const small = total.map((n) => Math.floor(n / 2));
  const large = total.map((n, i) => n - (small[i] ?? 0));
  return {
    kernel,
    strides,
    dilations,
    ...(mode === "SAME_UPPER" ? { before: small, after: large } : { before: large, after: small }),
  };
}

/** Spatial shape after the window slid over it. */
export function slideShape(spatial: readonly number[], window: Window): number[] {
  return spatial.map((size, i) => {
    const reach = ((window.kernel[i] ?? 1) - 1) * (window.dilations[i] ?? 1) + 1;
    const count =
      Math.floor((size + (window.before[i] ?? 0) + (window.after[i] ?? 0) - reach) / (window.strides[i] ?? 1)) + 1;
    return count >= 1 ? count : misfit(`A window of ${reach} does not fit into ${size} padded positions.`);
  });
}
