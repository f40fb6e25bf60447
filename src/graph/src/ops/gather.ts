import { intAttribute, knownNumbers, sizeOf } from "../ir";
import { misfit } from "../refusal";
import { dim, frontAxis } from "../shape";
import { input, moves, type GradientContext, type Operator } from "./operator";
import type { Value } from "../ir";

/** Above this many rows a one-hot product costs more than scattering. */
const ONE_HOT_ROWS_MAX = 4096;

/** Above this many rows a table of the way back costs more than scattering. */
const DISTINCT_ROWS_MAX = 2 ** 20;

/** Picks slices by number along one axis; rows of a table are an embedding. */
export const gather: Operator = {
  name: "Gather",
  allowed: "buyer",
  inputs: [2, 2],
  attributes: { axis: "int" },
  infer(draft) {
    const [x, indices] = [input(draft, 0), input(draft, 1)];
    if (indices.dtype !== "int64" && indices.dtype !== "int32") misfit(`Gather has indices of type ${indices.dtype}.`);
    const axis = frontAxis(intAttribute(draft, "axis", 0), x.shape.length);
    const size = dim(x.shape, axis);
    if (knownNumbers(indices)?.some((i) => i < -size || i >= size) === true)
      misfit(`Gather has an index outside an axis of size ${size}.`);
    return [{ dtype: x.dtype, shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)] }];
  },
  gradient(context) {
    const { b, node, dy } = context;
    const [x, indices] = [input(node, 0), input(node, 1)];
    const axis = frontAxis(intAttribute(node, "axis", 0), x.shape.length);
    const rows = dim(x.shape, axis);
    if (rows === 0) return [b.filled(dy.dtype, x.shape, 0), undefined];
    const picks = indices.data === undefined ? undefined : knownNumbers(indices)?.map((i) => (i + rows) % rows);
    if (picks !== undefined && rows <= DISTINCT_ROWS_MAX && new Set(picks).size === picks.length)
      return [distinctGradient(context, x, picks, axis), undefined];
    return [tableGradient(context, x, indices, axis, dy), undefined];
  },
  fold(inputs, draft, type) {
    const [x, indices] = inputs;
    const shape = x?.shape ?? [];
    const axis = frontAxis(intAttribute(draft, "axis", 0), shape.length);
    const size = dim(shape, axis);
    const inner = sizeOf(shape.slice(axis + 1));
    const picks = Array.from(indices?.data ?? [], Number);
    return Array.from({ length: sizeOf(type.shape) }, (_, at) => {
      const pick = picks[Math.floor(at / inner) % Math.max(1, picks.length)] ?? 0;
      const outer = Math.floor(at / (inner * Math.max(1, picks.length)));
      return Number(x?.data[(outer * size + ((pick + size) % size)) * inner + (at % inner)] ?? 0);
    });
  },
  cost: moves,
};

/** Every row is picked once at most: the gradient picks rows of dy back, and zero for those nobody picked. */
function distinctGradient({ b, dy }: GradientContext, x: Value, picks: readonly number[], axis: number): Value {
  const rows = dim(x.shape, axis);
  const list = b.reshape(
    dy,
    x.shape.map((size, i) => (i === axis ? picks.length : size)),
  );
  const single = picks[0];
  const zeros = x.shape.map(() => 0);
  const along = (width: number) => x.shape.map((_, i) => (i === axis ? width : 0));
  if (single !== undefined && picks.length === 1) return b.pad(list, along(single), along(rows - single - 1));
  const places = new Map(picks.map((row, place) => [row, place]));
  const origin = Array.from({ length: rows }, (_, row) => places.get(row) ?? picks.length);
  const isWhole = picks.length === rows;
  if (isWhole && origin.every((from, row) => from === row)) return list;
  return b.gather(isWhole ? list : b.pad(list, zeros, along(1)), b.ints(origin), axis);
}

/** Sum of dy by picked number: a one-hot matrix product, whose order of addition is fixed, or a scatter for long tables. */
function tableGradient({ b }: GradientContext, x: Value, indices: Value, axis: number, dy: Value): Value {
  const rows = dim(x.shape, axis);
  const rank = x.shape.length;
  const front = [axis, ...x.shape.flatMap((_, i) => (i === axis ? [] : [i]))];
  const width = sizeOf(x.shape) / rows;
  const picked = indices.shape.map((_, i) => axis + i);
  const others = dy.shape.flatMap((_, i) => (picked.includes(i) ? [] : [i]));
  const flat = b.reshape(b.transpose(dy, [...picked, ...others]), [sizeOf(indices.shape), width]);
  const numbers = b.reshape(indices, [sizeOf(indices.shape)]);
  const table =
    rows <= ONE_HOT_ROWS_MAX
      ? b.gemm(b.oneHot(numbers, rows, dy.dtype), flat, undefined, { transA: true })
      : b.op(
          "ScatterElements",
          [
            b.filled(dy.dtype, [rows, width], 0),
            b.expand(b.reshape(numbers, [sizeOf(indices.shape), 1]), flat.shape),
            flat,
          ],
          {
            axis: { kind: "int", value: 0 },
            reduction: { kind: "string", value: "add" },
          },
        );
  const moved = b.reshape(
    table,
    front.map((i) => dim(x.shape, i)),
  );
  return b.transpose(
    moved,
    Array.from({ length: rank }, (_, i) => front.indexOf(i)),
  );
}
