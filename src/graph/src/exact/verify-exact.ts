import { isFloat, numbersOf, sizeOf, type Graph, type Node, type Value } from "../ir";
import { bodyOf } from "../loops";
import { input } from "../ops/operator";
import { GraphRefusal } from "../refusal";
import { dim } from "../shape";
import { isConstant, isFixed, makesIntegers } from "./operators";
import { BELOW_ONE, LEAST, SPREAD } from "./power-of-two";
import { DEPTH_MAX } from "./products";
import { LARGEST, LOW_UNITS } from "./slices";
import { BLOCK_MAX, liftOf, MANTISSA_BITS } from "./sum";

/**
 * Checks that every node of an exact graph has one result, whatever computes it: the operator is of the exact set, sums of
 * float32 numbers are of multiples of one unit (or only asked whether they are finite), and no integer product can
 * saturate or overflow. Reads the lowered graph alone. Refuses with the operator.
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

/** The numbers of a constant; where a parameter starts is none. */
const literal = (value: Value | undefined): number[] | undefined => value?.data && numbersOf(value.data);

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
      return faultOfOnes(node, users);
    case "MatMulInteger":
      return faultOfProduct(node);
    case "Div":
      return isConstant(x) && literal(x)?.includes(1) !== false
        ? "an optimiser may join a quotient of one with a product that follows, which rounds once less"
        : undefined;
    case "Cast":
      return makesIntegers(node) && !isHeld(node, users)
        ? "a processor casts what is beyond the range its own way"
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
  if (isRest(x) && readers.length > 0 && readers.every(timesZero)) return undefined;
  return sum !== undefined && isBlockSum(x, sum) ? undefined : UNORDERED;
}
const UNORDERED = "the order in which numbers are added decides how their sum is rounded";

/** What a cut left over: so small that no order of adding overflows. */
const isRest = ({ producer }: Value): boolean =>
  producer?.op === "Sub" && input(producer, 1).producer?.op === "DequantizeLinear";

const timesZero = (node: Node | undefined): boolean =>
  node?.op === "Mul" && node.inputs.some((value) => literal(value)?.every((number) => number === 0) === true);

/** A product with ones adds up blocks of multiples of one unit. Read as float64 at once, it is joined with nothing. */
function faultOfOnes(node: Node, users: Users): string | undefined {
  const readers = node.outputs.flatMap((value) => readersOf(value, users));
  if (!readers.every((reader) => reader?.op === "Cast" && reader.outputs[0]?.dtype === "float64"))
    return "the runtime may join it with what follows";
  return summedOf(node) === undefined ? UNORDERED : undefined;
}

/** Who reads a value, through views of it. */
function readersOf(value: Value, users: Users): readonly (Node | undefined)[] {
  return (users.get(value) ?? []).flatMap((user) =>
    user?.op === "Reshape" ? user.outputs.flatMap((view) => readersOf(view, users)) : [user],
  );
}

/** The numbers that a product with ones adds up, when they are multiples of one unit that leave every partial sum exact. */
function summedOf(node: Node): Grid | undefined {
  const [left, right] = [input(node, 0), input(node, 1)];
  const size = dim(left.shape, -1);
  for (const [ones, x] of [
    [left, right],
    [right, left],
  ] as const) {
    if (literal(ones)?.every((one) => one === 1) !== true) continue;
    const grid = gridOf(x, size);
    if (grid !== undefined) return grid;
  }
  return undefined;
}

interface Grid {
  /** How many units of their own the elements have. */
  readonly unitCount: number;
}

/** A sum in float64 of sums of blocks that have one unit for each result. */
function isBlockSum(x: Value, sum: Value): boolean {
  const cast = viewed(x).producer;
  const product = cast?.op === "Cast" ? viewed(input(cast, 0)).producer : undefined;
  const grid = product?.op === "MatMul" ? summedOf(product) : undefined;
  return x.dtype === "float64" && (grid?.unitCount === 1 || grid?.unitCount === sizeOf(sum.shape));
}

/** (x + anchor) - anchor, with an anchor that leaves `size` elements at most 2^24 units; or constants that are such. */
function gridOf(value: Value, size: number): Grid | undefined {
  const x = viewed(value);
  if (size > BLOCK_MAX) return undefined;
  const numbers = literal(x);
  if (numbers !== undefined) return isWhole(numbers, size) ? { unitCount: 1 } : undefined;
  const [sum, anchor] = x.producer?.op === "Sub" ? x.producer.inputs : [];
  const add = sum?.producer;
  if (add?.op !== "Add" || anchor === undefined || input(add, 1) !== anchor) return undefined;
  const [peak, lift] = scaledBy(viewed(anchor));
  const isAnchor = peak !== undefined && lift >= liftOf(size) && isPeakOf(peak, input(add, 0), 1);
  return isAnchor ? { unitCount: sizeOf(anchor.shape) } : undefined;
}

/** Whether numbers are multiples of a power of two of which `size` of them are at most 2^24. */
function isWhole(numbers: readonly number[], size: number): boolean {
  const largest = numbers.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
  const unit = (2 ** Math.ceil(Math.log2(largest)) * size) / 2 ** MANTISSA_BITS;
  return largest === 0 || numbers.every((number) => Number.isInteger(number / 2 ** Math.ceil(Math.log2(unit))));
}

/** Whether a cast to an integer is of a number inside the range, or its result is held inside one before it is used. */
function isHeld(node: Node, users: Users): boolean {
  const clip = input(node, 0).producer;
  if (clip?.op !== "Clip" || clip.inputs[1]?.data === undefined || clip.inputs[2]?.data === undefined) return false;
  const chosen = input(clip, 0).producer;
  const isNumber = chosen?.op === "Where" && input(chosen, 0).producer?.op === "Equal";
  const readers = node.outputs.flatMap((value) => readersOf(value, users));
  return isNumber || (readers.length > 0 && readers.every((reader) => reader?.op === "Clip"));
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

/** What a value is a view of, element for element. */
function viewed(value: Value): Value {
  const source = value.producer?.op === "Reshape" ? value.producer.inputs[0] : undefined;
  return source === undefined ? value : viewed(source);
}

/** Whether a slice of the right side is in [-64, 64]: of a tensor by its largest element, or of what such a slice left over. */
function isBounded(slice: Value): boolean {
  const node = slice.producer;
  if (node?.op !== "QuantizeLinear" || slice.dtype !== "int8" || input(node, 2).data?.[0] !== 0) return false;
  const [x, unit] = [input(node, 0), input(node, 1)];
  if (isUnitOf(unit, x)) return true;
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
    isUnitOf(coarse, input(rest, 0))
  );
}

/** Whether a unit leaves at most 64 of it in the largest element: by the way it was found, or by the numbers of constants. */
function isUnitOf(unit: Value | undefined, x: Value): boolean {
  const [known, numbers] = [literal(unit)?.[0], literal(x)];
  if (known !== undefined && numbers !== undefined)
    return numbers.every((number) => Math.abs(number) <= LARGEST * known);
  return isPeakOf(unit, x, 1 / LARGEST);
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
  const factor = literal(node.inputs[1]);
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
  const largest = shift?.op === "Add" ? viewed(input(shift, 0)).producer : undefined;
  const absolute = largest?.op === "ReduceMax" ? input(largest, 0).producer : undefined;
  return (
    same === spread &&
    number === BELOW_ONE &&
    wide === Math.fround(SPREAD * factor) &&
    ratio === BELOW_ONE &&
    literal(shift?.inputs[1])?.[0] === LEAST &&
    absolute?.op === "Abs" &&
    viewed(input(absolute, 0)) === viewed(x)
  );
}

function refuse(node: Node, why: string): never {
  throw new GraphRefusal("graph/not-exact", {
    reason: `${node.op} (${node.outputs[0]?.name ?? ""}) may have different bits on different machines: ${why}.`,
    fix: "Use the graph as the compiler made it, or run it on the native engine.",
    op: node.op,
  });
}
