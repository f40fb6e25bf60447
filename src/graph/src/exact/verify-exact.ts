import { isFloat, knownNumbers, numbersOf, type Graph, type Node, type Value } from "../ir";
import { bodyOf } from "../loops";
import { input } from "../ops/operator";
import { GraphRefusal } from "../refusal";
import { dim } from "../shape";
import { isFixed } from "./operators";
import { BELOW_ONE, LEAST, SPREAD } from "./power-of-two";
import { DEPTH_MAX } from "./products";
import { LARGEST, LOW_UNITS } from "./slices";
import { BLOCK_MAX, liftOf } from "./sum";

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
    case "MatMul":
      return faultOfOnes(node);
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
  return x.dtype === "float64" && isBlockSum(x) ? undefined : UNORDERED;
}
const UNORDERED = "the order in which numbers are added decides how their sum is rounded";

/** A product with ones adds up blocks of multiples of one unit. */
function faultOfOnes(node: Node): string | undefined {
  const [left, right] = [input(node, 0), input(node, 1)];
  const isSum = [
    [left, right],
    [right, left],
  ].some(([ones, x]) => {
    const all = ones?.data === undefined ? [] : numbersOf(ones.data);
    return x !== undefined && all.length > 0 && all.every((one) => one === 1) && isOnGrid(x, dim(left.shape, -1));
  });
  return isSum ? undefined : UNORDERED;
}

const timesZero = (node: Node | undefined): boolean =>
  node?.op === "Mul" && node.inputs.some((value) => knownNumbers(value)?.every((number) => number === 0) === true);

/** A float64 view of sums of blocks, which `faultOfOnes` looks at. */
function isBlockSum(x: Value): boolean {
  const cast = sourceOf(x).producer;
  return cast?.op === "Cast" && sourceOf(input(cast, 0)).producer?.op === "MatMul";
}

/** (x + anchor) - anchor, with an anchor that leaves `size` elements at most 2^24 units. */
function isOnGrid(x: Value, size: number): boolean {
  const sub = sourceOf(x).producer;
  const [sum, anchor] = sub?.op === "Sub" ? sub.inputs : [];
  const add = sum?.producer;
  if (add?.op !== "Add" || anchor === undefined || input(add, 1) !== anchor || size > BLOCK_MAX) return false;
  const [peak, lift] = scaledBy(sourceOf(anchor));
  return peak !== undefined && lift >= liftOf(size) && isPeakOf(peak, input(add, 0), 1);
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
  if (isPeakOf(unit, x, 1 / LARGEST)) return true;
  const [whole, factor] = scaledBy(unit);
  const rest = x.producer;
  const back = rest?.op === "Sub" ? input(rest, 1).producer : undefined;
  const upper = back?.op === "DequantizeLinear" ? input(back, 0).producer : undefined;
  const coarse = back && input(back, 1);
  return (
    whole !== undefined &&
    factor === 1 / LOW_UNITS &&
    upper?.op === "QuantizeLinear" &&
    rest !== undefined &&
    (whole === coarse || isPoisoned(whole, coarse)) &&
    input(upper, 1) === coarse &&
    input(upper, 0) === input(rest, 0) &&
    isPeakOf(coarse, input(rest, 0), 1 / LARGEST)
  );
}

/** A value plus a sum times zero. */
function isPoisoned(value: Value, of: Value | undefined): boolean {
  const add = value.producer;
  return add?.op === "Add" && input(add, 0) === of && scaledBy(input(add, 1))[1] === 0;
}

/** A value as another one times a constant. */
function scaledBy(value: Value | undefined): [of: Value | undefined, factor: number] {
  const node = value?.producer;
  if (node?.op !== "Mul") return [undefined, 1];
  const factor = knownNumbers(node.inputs[1]);
  return factor?.length === 1 ? [node.inputs[0], factor[0] ?? 1] : [undefined, 1];
}

/** Whether a value is the power of two that `scaleOf` finds for the largest |x|, times a factor. */
function isPeakOf(value: Value | undefined, x: Value, factor: number): boolean {
  const difference = value?.producer;
  const [spread, below] = difference?.op === "Sub" ? difference.inputs : [];
  const [same, number] = scaledBy(below);
  const [near, wide] = scaledBy(spread);
  const [shifted, ratio] = scaledBy(near);
  const shift = shifted?.producer;
  const largest = shift?.op === "Add" ? sourceOf(input(shift, 0)).producer : undefined;
  const absolute = largest?.op === "ReduceMax" ? input(largest, 0).producer : undefined;
  return (
    same === spread &&
    number === BELOW_ONE &&
    wide === Math.fround(SPREAD * factor) &&
    ratio === BELOW_ONE &&
    knownNumbers(shift?.inputs[1])?.[0] === LEAST &&
    absolute?.op === "Abs" &&
    sourceOf(input(absolute, 0)) === sourceOf(x)
  );
}

function refuse(node: Node, why: string): never {
  throw new GraphRefusal("graph/not-exact", {
    reason: `${node.op} (${node.outputs[0]?.name ?? ""}) may have different bits on different machines: ${why}.`,
    fix: "Use the graph as the compiler made it, or run it on the native engine.",
    op: node.op,
  });
}
