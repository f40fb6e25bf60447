import type { Builder } from "../builder";
import { int, intAttribute, knownNumbers, sizeOf, type Node, type Value } from "../ir";
import { permutation } from "../ops/transpose";
import { scaleOf } from "./power-of-two";

/** Slices that a number is cut into: two of them for about 14 bits of a tensor's largest element, or one for 7. */
export type SliceCount = 1 | 2;

/** Which side of an integer product a tensor stands on: uint8 around 128 on the left, int8 on the right. */
export type Side = "left" | "right";

/** x = unit * (high + low / LOW_UNITS), with elements of high and low counted from the zero point of their side. */
export interface Slices {
  readonly high: Value;
  readonly low: Value | undefined;
  /** float32 []; a power of two, or NaN when x has an element that is not finite or from 2^104 on. */
  readonly unit: Value;
}

/** Units of the lower slice in one of the upper slice. A rest of half a unit is then 64 of them. */
export const LOW_UNITS = 128;
/**
 * Units of the upper slice that the largest element has at most. More than 64 on the right would saturate on processors
 * without VNNI, which add two products of a byte and a signed byte in 16 bits: 2 * 255 * 64 is 32640.
 */
export const LARGEST = 64;

/** What both sides of a tensor are cut with. */
interface Cut {
  /** One of the upper slice: a power of two. */
  readonly coarse: Value;
  /** What the upper slice leaves over: at most half a unit. */
  readonly rest: Value;
  readonly unit: Value;
}

/** Cuts the tensors of one graph into slices, each tensor once for each side. */
export class Slicer {
  private readonly cuts = new Map<Value, Cut>();
  private readonly known: Readonly<Record<Side, Map<Value, Slices>>> = { left: new Map(), right: new Map() };
  private readonly poisons: Value[] = [];

  constructor(readonly count: SliceCount) {}

  /** Whether the tensor is cut for this side already, so that asking again costs nothing. */
  isCut(x: Value, side: Side): boolean {
    return this.known[side].has(movedFrom(x) ?? x);
  }

  slicesOf(b: Builder, x: Value, side: Side): Slices {
    const found = this.known[side].get(x) ?? this.moved(b, x, side) ?? this.cut(b, x, side);
    this.known[side].set(x, found);
    return found;
  }

  /** Zero, or NaN when any tensor that was cut is not finite: float32 []. Undefined when none was. */
  guard(b: Builder): Value | undefined {
    const [first, ...rest] = this.poisons;
    // The sign of a poison that is zero has no one value.
    return first && b.op("Abs", [rest.reduce((sum, poison) => b.add(sum, poison), first)]);
  }

  /** Slices of what was only moved are the moved slices: elements and their largest are the same. */
  private moved(b: Builder, x: Value, side: Side): Slices | undefined {
    const source = movedFrom(x);
    if (source === undefined || x.producer === undefined) return undefined;
    const { high, low, unit } = this.slicesOf(b, source, side);
    const node = x.producer;
    return { high: moveSlice(b, node, high), low: low && moveSlice(b, node, low), unit };
  }

  private cut(b: Builder, x: Value, side: Side): Slices {
    const zero = zeroPoint(b, side);
    const { coarse, rest, unit } = this.cutOf(b, x, zero);
    const high = b.op("QuantizeLinear", [x, coarse, zero]);
    const low = this.count === 1 ? undefined : b.op("QuantizeLinear", [rest, b.scale(unit, 1 / LOW_UNITS), zero]);
    return { high, low, unit };
  }

  private cutOf(b: Builder, x: Value, zero: Value): Cut {
    const known = this.cuts.get(x);
    if (known !== undefined) return known;
    const axes = x.shape.map((_, axis) => axis);
    const coarse = scaleOf(b, b.reduce("ReduceMax", b.op("Abs", [x]), axes, false), 1 / LARGEST);
    const high = b.op("QuantizeLinear", [x, coarse, zero]);
    const rest = b.sub(x, b.op("DequantizeLinear", [high, coarse, zero]));
    // Every finite rest is at most half a unit, so no order of adding makes a sum of them infinite; the sum itself is not used.
    const poison = b.scale(b.sum(rest, axes), 0);
    const cut = { coarse, rest, unit: b.add(coarse, poison) };
    this.poisons.push(poison);
    this.cuts.set(x, cut);
    return cut;
  }
}

export const zeroPoint = (b: Builder, side: Side): Value => b.scalar(side === "left" ? "uint8" : "int8", ZERO[side]);
const ZERO: Readonly<Record<Side, number>> = { left: 128, right: 0 };

/** What a value is a rearrangement of, element for element or with repetitions and zeros between. */
function movedFrom({ producer, shape }: Value): Value | undefined {
  const source = producer?.inputs[0];
  if (producer === undefined || source === undefined || source.data !== undefined) return undefined;
  // Of a tensor that little is picked from, cutting what was picked is less work.
  const isWhole = sizeOf(shape) >= sizeOf(source.shape);
  switch (producer.op) {
    case "Reshape":
      return source;
    case "Transpose":
      return exchangesMatrix(producer) ? source : undefined;
    case "Gather":
      return isWhole ? source : undefined;
    case "Pad":
      return isWhole && producer.inputs[2] === undefined ? source : undefined;
    default:
      return undefined;
  }
}

/** Whether a transpose exchanges rows and columns alone: bytes in longer runs are turned as fast as numbers four times their size. */
function exchangesMatrix(node: Node): boolean {
  const rank = node.outputs[0]?.shape.length ?? 0;
  return permutation(node.attributes, rank).every((axis, i) => i >= rank - 2 || axis === i);
}

function moveSlice(b: Builder, node: Node, slice: Value): Value {
  const [, places] = node.inputs;
  switch (node.op) {
    case "Reshape":
      return b.reshape(slice, node.outputs[0]?.shape ?? []);
    case "Transpose":
      return b.transpose(slice, permutation(node.attributes, slice.shape.length));
    case "Gather":
      return b.op("Gather", [slice, places], { axis: int(intAttribute(node, "axis", 0)) });
    default: {
      const zero = zeroPoint(b, slice.dtype === "uint8" ? "left" : "right");
      return b.op("Pad", [slice, b.ints(knownNumbers(places) ?? []), zero]);
    }
  }
}
