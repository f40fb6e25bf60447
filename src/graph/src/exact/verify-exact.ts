import { elementBytes, isFloat, knownNumbers, sizeOf, type Graph, type Node, type Value } from "../ir";
import { bodyOf } from "../loops";
import { reducedAxes } from "../ops/families/reduction";
import { input } from "../ops/operator";
import { GraphRefusal } from "../refusal";
import { dim } from "../shape";
import { isFixed } from "./operators";
import { BELOW_ONE, LEAST, SPREAD } from "./power-of-two";
import { DEPTH_MAX } from "./products";
import { LARGEST, LOW_UNITS, ROOM } from "./slices";
import { BLOCK_MAX } from "./sum";

/**
 * Checks that every node of an exact graph has one result, whatever computes it: the operator is of the exact set, sums of
 * float32 numbers are of multiples of one unit (or only asked whether they are finite), and no integer product can
 * saturate or overflow. Reads the finished graph alone, without trust in how it came about. Refuses with the node.
 */
export function verifyExact(graph: Graph): void {
  const users = usersOf(graph);
  for (const node of graph.nodes) {
    const body = bodyOf(node);
    if (body !== undefined) {
      verifyExact(body);
      continue;
    }
    const fault = faultOf(node, users);
    if (fault !== undefined) refuse(node, fault);
  }
}

/** Who reads a value; the graph's own outputs are read by nobody known. */
type Users = ReadonlyMap<Value, readonly (Node | undefined)[]>;

function usersOf(graph: Graph): Users {
  const users = new Map<Value, (Node | undefined)[]>();
  const add = (value: Value | undefined, user: Node | undefined): void => {
    if (value === undefined) return;
    const known = users.get(value);
    if (known === undefined) users.set(value, [user]);
    else known.push(user);
  };
  for (const node of graph.nodes) for (const value of node.inputs) add(value, node);
  for (const value of graph.outputs) add(value, undefined);
  return users;
}

function faultOf(node: Node, users: Users): string | undefined {
  const [x] = node.inputs;
  switch (node.op) {
    case "ReduceSum":
      return x === undefined || !isFloat(x.dtype) ? undefined : faultOfSum(node, users);
    case "MatMulInteger":
      return faultOfProduct(node);
    case "Div":
      return knownNumbers(x)?.every((number) => number === 1) === true
        ? "an optimiser may join a quotient of one with a product that follows, which rounds once less"
        : undefined;
    default:
      return isFixed(node) ? undefined : "its result depends on the kernel that computes it";
  }
}

/** A sum has one value when every partial sum is exact, or when nothing but its being finite is used. */
function faultOfSum(node: Node, users: Users): string | undefined {
  const x = input(node, 0);
  const sum = node.outputs[0];
  const readers = sum === undefined ? [] : (users.get(sum) ?? []);
  if (readers.length > 0 && readers.every(timesZero)) return undefined;
  if (x.dtype === "float64") return isBlockSum(x) ? undefined : UNORDERED;
  const count = sizeOf(reducedAxes(node).map((axis) => dim(x.shape, axis)));
  return isOnGrid(x) && count <= BLOCK_MAX ? undefined : UNORDERED;
}
const UNORDERED = "the order in which numbers are added decides how their sum is rounded";

const timesZero = (node: Node | undefined): boolean =>
  node?.op === "Mul" && node.inputs.some((value) => knownNumbers(value)?.every((number) => number === 0) === true);

/** A float64 view of sums of blocks that are exact themselves. */
function isBlockSum(x: Value): boolean {
  const cast = sourceOf(x);
  const block = cast.producer?.op === "Cast" ? sourceOf(input(cast.producer, 0)) : undefined;
  return (
    block?.producer?.op === "ReduceSum" || (block !== undefined && elementBytes[block.dtype] === 4 && isOnGrid(block))
  );
}

/** (x + anchor) - anchor: a multiple of the anchor's unit. */
function isOnGrid(x: Value): boolean {
  const sub = sourceOf(x).producer;
  const [sum, anchor] = sub?.op === "Sub" ? sub.inputs : [];
  const add = sum?.producer;
  return add?.op === "Add" && anchor !== undefined && add.inputs.includes(anchor);
}

function faultOfProduct(node: Node): string | undefined {
  const [left, right, zero] = [input(node, 0), input(node, 1), input(node, 2)];
  if (zero.data?.[0] !== ZERO_LEFT) return "its zero point is not 128";
  if (!partsOf(right).every(isBounded)) return "its right side may pass 64, where processors without VNNI saturate";
  const products = partsOf(right).length;
  return dim(left.shape, -1) <= products * DEPTH_MAX && products <= 2 ? undefined : "its sums may pass 2^31";
}
const ZERO_LEFT = 128;

/** What a value is joined of and moved from. */
function partsOf(value: Value): readonly Value[] {
  const source = sourceOf(value);
  if (source.producer?.op !== "Concat") return [source];
  return source.producer.inputs.flatMap((part) => (part === undefined ? [] : partsOf(part)));
}

const MOVES = new Set(["Reshape", "Transpose", "Gather", "Slice", "Pad"]);

/** What a value was before it was moved. Padding is with zero: the value of a constant, or none. */
function sourceOf(value: Value): Value {
  const { producer } = value;
  const source = producer?.inputs[0];
  if (producer === undefined || source === undefined || !MOVES.has(producer.op)) return value;
  const filler = producer.op === "Pad" ? producer.inputs[2] : undefined;
  return filler === undefined || filler.data?.[0] === 0 ? sourceOf(source) : value;
}

/** Whether a slice of the right side is in [-64, 64]: of a tensor by its largest element, or of what such a slice left over. */
function isBounded(slice: Value): boolean {
  const node = slice.producer;
  if (node?.op !== "QuantizeLinear" || slice.dtype !== "int8" || input(node, 2).data?.[0] !== 0) return false;
  const [x, unit] = [input(node, 0), input(node, 1)];
  const [whole, factor] = scaledBy(unit);
  if (whole === undefined) return false;
  if (factor === 1 / LARGEST.right) return isPeakOf(whole, x);
  const left = x.producer;
  const back = left?.op === "Sub" ? input(left, 1).producer : undefined;
  const upper = back?.op === "DequantizeLinear" ? input(back, 0).producer : undefined;
  return (
    factor === 1 / LOW_UNITS &&
    upper?.op === "QuantizeLinear" &&
    back !== undefined &&
    input(back, 1) === whole &&
    input(upper, 1) === whole &&
    input(upper, 0) === input(left ?? node, 0)
  );
}

/** A value as another one times a constant. */
function scaledBy(value: Value): [of: Value | undefined, factor: number] {
  const node = value.producer;
  if (node?.op !== "Mul") return [undefined, 1];
  const factor = knownNumbers(node.inputs[1]);
  return factor?.length === 1 ? [node.inputs[0], factor[0] ?? 1] : [undefined, 1];
}

/** Whether a value is the power of two that `scaleOf` finds for the largest |x|, with room above. */
function isPeakOf(value: Value, x: Value): boolean {
  const difference = value.producer;
  const [spread, below] = difference?.op === "Sub" ? difference.inputs : [];
  if (spread === undefined || below === undefined) return false;
  const [least, factor] = scaledBy(below);
  const [number, wide] = scaledBy(spread);
  const [sum, near] = number === undefined ? [undefined, 1] : scaledBy(number);
  const shift = sum?.producer;
  const [largest, room] = shift?.op === "Add" ? scaledBy(input(shift, 0)) : [undefined, 1];
  const absolute = largest?.producer?.op === "ReduceMax" ? input(largest.producer, 0).producer : undefined;
  return (
    least === spread &&
    factor === BELOW_ONE &&
    wide === SPREAD &&
    near === BELOW_ONE &&
    knownNumbers(shift?.inputs[1])?.[0] === LEAST &&
    room === Math.fround(ROOM) &&
    largest?.shape.length === 0 &&
    absolute?.op === "Abs" &&
    input(absolute, 0) === x
  );
}

function refuse(node: Node, why: string): never {
  throw new GraphRefusal("graph/not-exact", {
    reason: `${node.op} (${node.outputs[0]?.name ?? ""}) may have different bits on different machines: ${why}.`,
    fix: "Use the graph as the compiler made it, or run it on the native engine.",
    op: node.op,
  });
}
