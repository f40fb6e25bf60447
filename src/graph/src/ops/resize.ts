import type { Builder } from "../builder";
import { floatAttribute, intAttribute, intsAttribute, isFloat, knownNumbers, textAttribute, type Value } from "../ir";
import { misfit, unsupported } from "../refusal";
import { checkTable, dim, frontAxis } from "../shape";
import { composed } from "./families/composed";
import { nearestPlaces, samplingMatrix, type Sampling } from "./families/resampling";
import { input, type Reading } from "./operator";

/**
 * Samples an image anew, axis by axis: nearest picks constant places, linear and cubic multiply by a constant matrix of
 * weights. Both are exactly separable, and their gradients are the transposed picks and products.
 */
export const resize = composed(
  "Resize",
  {
    inputs: [1, 4],
    attributes: {
      antialias: "int",
      axes: "ints",
      coordinate_transformation_mode: "string",
      cubic_coeff_a: "float",
      exclude_outside: "int",
      extrapolation_value: "float",
      keep_aspect_ratio_policy: "string",
      mode: "string",
      nearest_mode: "string",
    },
    limits: "No antialiasing, no tf_crop_and_resize; scales and sizes must be constant.",
  },
  (reading) => {
    const { b } = reading;
    const x = input(reading, 0);
    if (intAttribute(reading, "antialias", 0) !== 0)
      unsupported(
        "Resize with antialiasing is not supported.",
        "Export with antialias = 0, or resize the data beforehand.",
      );
    const mode = textAttribute(reading, "mode", "nearest");
    return [targets(reading).reduce((value, target) => alongAxis(b, value, mode, target), x)];
  },
);

/** An axis to sample anew. */
interface Target extends Sampling {
  readonly axis: number;
}

/** The axes that change, with their new sizes from scales or sizes. */
function targets(reading: Reading): Target[] {
  const { shape } = input(reading, 0);
  const transformation = textAttribute(reading, "coordinate_transformation_mode", "half_pixel");
  if (transformation === "tf_crop_and_resize")
    unsupported("Resize by tf_crop_and_resize is not supported.", "Crop with Slice and resize with half_pixel.");
  const axes = (intsAttribute(reading, "axes") ?? shape.map((_, i) => i)).map((axis) => frontAxis(axis, shape.length));
  const scales = constantList(reading, 2);
  const sizes = constantList(reading, 3);
  const given = scales ?? sizes ?? misfit("Resize has neither scales nor sizes.");
  if (given.length !== axes.length || given.some((n, i) => !(n > 0) && shape[axes[i] ?? 0] !== 0))
    misfit("Resize needs one size for each axis.");
  const ratios = axes.map((axis, i) => (sizes?.[i] ?? 0) / dim(shape, axis));
  const policy = textAttribute(reading, "keep_aspect_ratio_policy", "stretch");
  const common =
    policy === "not_larger" ? Math.min(...ratios) : policy === "not_smaller" ? Math.max(...ratios) : undefined;
  const options = {
    transformation,
    nearest: textAttribute(reading, "nearest_mode", "round_prefer_floor"),
    cubic: floatAttribute(reading, "cubic_coeff_a", -0.75),
    excludesOutside: intAttribute(reading, "exclude_outside", 0) === 1,
  };
  return axes.flatMap((axis, i): Target[] => {
    const from = dim(shape, axis);
    const scale = scales === undefined ? common : (scales[i] ?? 1);
    const to =
      scales !== undefined
        ? Math.floor(from * (scale ?? 1))
        : common === undefined
          ? (sizes?.[i] ?? from)
          : Math.floor(from * common + 0.5);
    if (from === to && (scale ?? 1) === 1) return [];
    return [{ ...options, axis, from, to, scale: scale ?? to / from }];
  });
}

function constantList(reading: Reading, index: number): number[] | undefined {
  const value = reading.inputs[index];
  if (value === undefined || value.shape.join() === "0") return undefined;
  return knownNumbers(value) ?? unsupported("Resize has computed sizes.", "Export it with constant scales or sizes.");
}

function alongAxis(b: Builder, x: Value, mode: string, target: Target): Value {
  checkTable(target.to, "Resize");
  if (mode === "nearest") return pickedAlong(b, x, target.axis, nearestPlaces(target), target);
  if (mode !== "linear" && mode !== "cubic") misfit(`Resize has no mode "${mode}".`);
  if (!isFloat(x.dtype)) unsupported(`Resize of ${x.dtype} by ${mode} is not supported.`, "Cast to float32 before.");
  const { from, to, axis } = target;
  checkTable(from * to, `Resize of ${from} to ${to} by ${mode}`);
  const last = x.shape.length - 1;
  const weights = samplingMatrix(target, mode);
  const turned = Array.from({ length: to * from }, (_, at) => weights[(at % from) * to + Math.floor(at / from)] ?? 0);
  if (axis === last) return b.op("MatMul", [x, matrix(b, x, [from, to], weights)]);
  if (axis === last - 1) return b.op("MatMul", [matrix(b, x, [to, from], turned), x]);
  const swap = x.shape.map((_, i) => (i === axis ? last : i === last ? axis : i));
  return b.transpose(b.op("MatMul", [b.transpose(x, swap), matrix(b, x, [from, to], weights)]), swap);
}

const matrix = (b: Builder, x: Value, shape: readonly number[], weights: readonly number[]): Value =>
  b.constant(x.dtype, shape, x.dtype === "float64" ? Float64Array.from(weights) : Float32Array.from(weights));

/** Elements at constant places along one axis; repeats by a whole factor need no table. */
function pickedAlong(b: Builder, x: Value, axis: number, places: readonly number[], { from, to }: Target): Value {
  const factor = to / from;
  if (!Number.isInteger(factor) || places.some((place, i) => place !== Math.floor(i / factor)))
    return b.gather(x, b.ints(places), axis);
  const apart = [...x.shape.slice(0, axis + 1), 1, ...x.shape.slice(axis + 1)];
  const wide = apart.map((size, i) => (i === axis + 1 ? factor : size));
  return b.reshape(
    b.expand(b.reshape(x, apart), wide),
    x.shape.map((size, i) => (i === axis ? to : size)),
  );
}
