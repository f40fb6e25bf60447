import type { Builder } from "../builder";
import { isProduct } from "../cost";
import { isHalf, type Graph, type HalfType, type Node, type Value } from "../ir";
import type { Scope } from "../scope";
import { rewrite } from "./rewrite";

/** Operators that give elements of their first operand as they are. */
const MOVES = new Set(["Expand", "Reshape", "Slice", "Split", "Transpose"]);

/**
 * Before differentiation: matrix products and convolutions take operands rounded to the half type, add up in the full
 * one, and round what they give, as tensor cores do and torch.autocast asks for. The derivative of a rounding rounds the
 * gradient, so both backward forms of a product do the same. All else stays as it was.
 *
 * A rounding is a Cast there and one back around a float32 kernel, because every provider runs that. ONNX Runtime 1.30 has
 * no bfloat16 product for the CPU, and computes a float16 one there in float32 without rounding at all.
 */
export function lowerPrecision(graph: Graph, scope: Scope, half: HalfType): void {
  rewrite(graph, scope, (b, node) => {
    if (!isProduct(node)) return undefined;
    const operands = node.inputs.map((value) => value && rounded(b, value, half));
    return b.node(node.op, operands, node.attributes, node.outputs.length).map((sum) => rounded(b, sum, half));
  });
}

function rounded(b: Builder, value: Value, half: HalfType): Value {
  return isRounded(value) ? value : b.cast(b.cast(value, half), value.dtype);
}

/** Whether a value comes from a rounding with nothing but moves between. */
function isRounded(value: Value): boolean {
  const source = value.producer?.inputs[0];
  return halfOf(value) !== undefined || (source !== undefined && isMoved(value) && isRounded(source));
}

const isMoved = ({ producer }: Value): boolean => producer !== undefined && MOVES.has(producer.op);

/** The half value that a rounded one was cast back from. */
function halfOf({ producer }: Value): Value | undefined {
  const source = producer?.op === "Cast" ? producer.inputs[0] : undefined;
  return source !== undefined && isHalf(source.dtype) ? source : undefined;
}

/**
 * After differentiation: the backward pass makes what the forward pass rounded anew, instead of holding it in full: from
 * the unrounded value where that is there anyway, else from the half one. `forward` are the nodes of the forward pass.
 */
export function roundAgain(graph: Graph, scope: Scope, forward: ReadonlySet<Node>): void {
  const backward = graph.nodes.filter((node) => !forward.has(node));
  const read = new Set(backward.flatMap(({ inputs }) => inputs.flatMap((value) => (value ? [viewed(value)] : []))));
  const isThere = (value: Value): boolean => viewed(value).producer === undefined || read.has(viewed(value));
  const copies = new Map<Value, Value>();
  const copyOf = (b: Builder, value: Value): Value => {
    const half = value.producer && forward.has(value.producer) ? halfOf(value) : undefined;
    const full = half?.producer?.inputs[0];
    // The runtime rounds constants once.
    if (half === undefined || full === undefined || viewed(full).data !== undefined) return value;
    const copy = copies.get(value) ?? (isThere(full) ? apart(b, full, [half, value]) : apart(b, half, [value]));
    copies.set(value, copy);
    return copy;
  };
  rewrite(graph, scope, (b, node) => {
    if (!forward.has(node)) node.inputs = node.inputs.map((value) => value && copyOf(b, value));
    return undefined;
  });
}

/** What a value is a view of. */
function viewed(value: Value): Value {
  const source = value.producer?.op === "Reshape" ? value.producer.inputs[0] : undefined;
  return source === undefined ? value : viewed(source);
}

/**
 * Casts to one type after another, which the runtime's search for common expressions does not take for those made before,
 * as a view of another rank goes through them.
 */
function apart(b: Builder, value: Value, types: readonly Value[]): Value {
  const view = b.reshape(value, [1, ...value.shape]);
  return b.reshape(
    types.reduce((from, { dtype }) => b.cast(from, dtype), view),
    value.shape,
  );
}
