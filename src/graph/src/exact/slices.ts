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
  /** float32 []; a power of two, or NaN when x has an element that is not finite or from 2^103 on. */
  readonly unit: Value;
}

/** Units of the lower slice in one of the upper slice. A rest of half a unit is then 64 of them. */
export const LOW_UNITS = 128;
/**
 * Units of the upper slice that the largest element may have. On the left, zero point and sign leave 127. On the right 64:
 * processors without VNNI add two products of a byte and a signed byte in 16 bits, and 2 * 255 * 64 is 32640.
 */
export const LARGEST: Readonly<Record<Side, number>> = { left: 128, right: 64 };
/** Keeps the largest element below its bound, so that nothing saturates: 128 / 1.01 is 126.7. */
export const ROOM = 1.01;

/** Cuts the tensors of one graph into slices, each tensor once for each side. */
export class Slicer {
  private readonly peaks = new Map<Value, Value>();
  private readonly known = new Map<string, Map<Value, Slices>>();
  private readonly units: Value[] = [];

  constructor(readonly count: SliceCount) {}

  /** Whether the tensor is cut for this side already, so that asking again costs nothing. */
  isCut(x: Value, side: Side): boolean {
    const source = movedFrom(x);
    return this.known.get(side)?.has(source === undefined ? x : source) ?? false;
  }

  slicesOf(b: Builder, x: Value, side: Side): Slices {
    const known = this.known.get(side) ?? new Map<Value, Slices>();
    this.known.set(side, known);
    const found = known.get(x) ?? this.moved(b, x, side) ?? this.cut(b, x, side);
    known.set(x, found);
    return found;
  }

  /** Zero, or NaN when any tensor that was cut is not finite: float32 []. Undefined when none was. */
  guard(b: Builder): Value | undefined {
    const [first, ...rest] = this.units.map((unit) => b.scale(unit, 0));
    return first === undefined ? undefined : rest.reduce((sum, unit) => b.add(sum, unit), first);
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
    const coarse = b.scale(this.peakOf(b, x), 1 / LARGEST[side]);
    const high = b.op("QuantizeLinear", [x, coarse, zero]);
    const rest = b.sub(x, b.op("DequantizeLinear", [high, coarse, zero]));
    // Every finite rest is at most half a unit, so no order of adding makes a sum of them infinite; the sum itself is not used.
    const poison = b.scale(
      b.sum(
        rest,
        rest.shape.map((_, axis) => axis),
      ),
      0,
    );
    const unit = b.add(coarse, poison);
    this.units.push(unit);
    const low = this.count === 1 ? undefined : b.op("QuantizeLinear", [rest, b.scale(coarse, 1 / LOW_UNITS), zero]);
    return { high, low, unit };
  }

  /** The power of two that no element exceeds. */
  private peakOf(b: Builder, x: Value): Value {
    const known = this.peaks.get(x);
    if (known !== undefined) return known;
    const axes = x.shape.map((_, axis) => axis);
    const peak = scaleOf(b, b.scale(b.reduce("ReduceMax", b.op("Abs", [x]), axes, false), ROOM));
    this.peaks.set(x, peak);
    return peak;
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
    case "Transpose":
      return source;
    case "Gather":
      return isWhole ? source : undefined;
    case "Pad":
      return isWhole && producer.inputs[2] === undefined ? source : undefined;
    default:
      return undefined;
  }
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
