import { Builder } from "../builder";
import { exactFunctions } from "../exact/functions";
import { elu } from "../exact/functions/elu";
import { pow } from "../exact/functions/pow";
import { reciprocal } from "../exact/functions/reciprocal";
import { isConstant, isFixed, makesIntegers } from "../exact/operators";
import { exactProduct } from "../exact/products";
import { Slicer, type SliceCount } from "../exact/slices";
import { exactMean, exactSum } from "../exact/sum";
import { floatAttribute, intAttribute, numbersOf, type DataType, type Graph, type Node, type Value } from "../ir";
import { spellOutLayerNormalization } from "../ops/layer-normalization";
import { reducedAxes } from "../ops/families/reduction";
import { input } from "../ops/operator";
import { GraphRefusal } from "../refusal";
import type { Scope } from "../scope";
import { rewrite } from "./rewrite";

/**
 * After native lowering: replaces every operator whose result depends on an order or a kernel by those of the exact set
 * (`exact/README.md`), so that the graph gives the same bits on every processor, with any number of threads, and in a
 * browser. Where an operand of a product is not finite, the output at place `guarded` becomes NaN. Refuses what has no
 * exact form.
 */
export function lowerExact(graph: Graph, scope: Scope, slices: SliceCount, guarded: number): void {
  const slicer = new Slicer(slices);
  rewrite(graph, scope, (b, node) =>
    node.op === "LayerNormalization" ? spellOutLayerNormalization(b, node) : undefined,
  );
  rewrite(graph, scope, (b, node) => {
    const exact = lowered(b, slicer, node);
    if (exact === undefined && !isFixed(node) && node.op !== "Loop") refuse(node);
    return exact === undefined ? undefined : [exact];
  });
  const b = new Builder(scope, graph);
  const guard = slicer.guard(b);
  const output = graph.outputs[guarded];
  if (guard !== undefined && output !== undefined) graph.outputs[guarded] = b.add(output, guard);
}

/** What stands in for a node; undefined keeps it. */
function lowered(b: Builder, slicer: Slicer, node: Node): Value | undefined {
  const x = node.inputs[0];
  if (x?.dtype !== "float32") return undefined;
  const make = exactFunctions.get(node.op);
  if (make !== undefined) return make(b, x);
  const keeps = intAttribute(node, "keepdims", 1) === 1;
  switch (node.op) {
    case "MatMul":
    case "Gemm":
    case "FusedMatMul":
      return exactMatrixProduct(b, slicer, node);
    case "ReduceSum":
      return exactSum(b, x, reducedAxes(node), keeps);
    case "ReduceMean":
      return exactMean(b, x, reducedAxes(node), keeps);
    case "ReduceL2":
      return b.op("Sqrt", [exactSum(b, b.mul(x, x), reducedAxes(node), keeps)]);
    case "Elu":
      return elu(b, x, floatAttribute(node, "alpha", 1));
    case "Pow":
      return pow(b, x, input(node, 1));
    case "Div":
      return isConstant(x) ? quotientOfConstant(b, node) : undefined;
    case "Cast":
      return makesIntegers(node) ? exactInteger(b, x, node) : undefined;
    default:
      return undefined;
  }
}

/** The runtime joins 1 / x with a product that follows, to other bits, also where it works out itself that it is one. */
function quotientOfConstant(b: Builder, node: Node): Value {
  const [above, below] = [input(node, 0), input(node, 1)];
  const shape = node.outputs[0]?.shape ?? [];
  const numbers = above.data && numbersOf(above.data);
  if (numbers?.every((number) => number === 1) === true) return b.expand(reciprocal(b, below), shape);
  if (numbers?.every((number) => number !== 1) === true) return b.op("Div", [above, below]);
  return b.div(b.where(b.op("Equal", [below, below]), above, above), below);
}

/** Largest numbers of float32 that integer types hold. */
const INTEGER_RANGE: Partial<Record<DataType, readonly [least: number, most: number]>> = {
  uint8: [0, 255],
  int32: [-(2 ** 31), 2 ** 31 - 128],
  int64: [-(2 ** 31), 2 ** 31 - 128],
  uint32: [0, 2 ** 31 - 128],
};

/** Towards zero, held to the range of the type; 0 for NaN. */
function exactInteger(b: Builder, x: Value, node: Node): Value {
  const to = node.outputs[0]?.dtype ?? "int32";
  const [least, most] = INTEGER_RANGE[to] ?? refuse(node);
  const number = b.where(b.op("Equal", [x, x]), x, b.scalar(x.dtype, 0));
  const clipped = b.op("Clip", [number, b.scalar(x.dtype, least), b.scalar(x.dtype, most)]);
  return b.cast(b.cast(clipped, "int32"), to);
}

function exactMatrixProduct(b: Builder, slicer: Slicer, node: Node): Value {
  const flag = (name: string): boolean => intAttribute(node, name, 0) === 1;
  if (flag("transBatchB")) refuse(node);
  const [left, right] = [
    { value: input(node, 0), isTurned: flag("transA") },
    { value: input(node, 1), isTurned: flag("transB") },
  ];
  const product = exactProduct(b, slicer, left, right, floatAttribute(node, "alpha", 1));
  const term = node.inputs[2];
  return term === undefined ? product : b.add(product, b.scale(term, floatAttribute(node, "beta", 1)));
}

/** What a buyer wrote that ends in an operator of another name. */
const CAUSES: Readonly<Record<string, string>> = {
  Conv: "A convolution in groups, with dilation, or with a stride that does not divide the image",
  ConvTranspose: "A transposed convolution, or the gradient of a convolution in groups,",
  ScatterElements: "The gradient of a MaxPool whose windows overlap, or of picking rows of a large table,",
  ScatterND: "A scatter that adds",
  AveragePool: "An average over windows (AveragePool, or adaptive pooling to more than one place)",
};

function refuse(node: Node): never {
  throw new GraphRefusal("graph/not-exact", {
    reason: `${CAUSES[node.op] ?? node.op} has no exact form yet, so its bits would depend on the machine.`,
    fix: "Train this model on the native engine, or use another operator in its place.",
    op: node.op,
  });
}
