import { Builder } from "../builder";
import { exactFunctions } from "../exact/functions";
import { elu } from "../exact/functions/elu";
import { pow } from "../exact/functions/pow";
import { isFixed } from "../exact/operators";
import { exactProduct } from "../exact/products";
import { Slicer, type SliceCount } from "../exact/slices";
import { exactMean, exactSum } from "../exact/sum";
import { floatAttribute, intAttribute, knownNumbers, type Graph, type Node, type Value } from "../ir";
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
  const sum = (of: Value): Value => exactSum(b, of, reducedAxes(node), intAttribute(node, "keepdims", 1) === 1);
  switch (node.op) {
    case "MatMul":
    case "Gemm":
    case "FusedMatMul":
      return exactMatrixProduct(b, slicer, node);
    case "ReduceSum":
      return sum(x);
    case "ReduceMean":
      return exactMean(b, x, reducedAxes(node), intAttribute(node, "keepdims", 1) === 1);
    case "ReduceL2":
      return b.op("Sqrt", [sum(b.mul(x, x))]);
    case "Elu":
      return elu(b, x, floatAttribute(node, "alpha", 1));
    case "Pow":
      return pow(b, x, input(node, 1));
    case "Div":
      // The runtime fuses 1 / x with a product that follows, to other bits; the function is safe from that.
      return knownNumbers(x)?.every((number) => number === 1) === true ? inverse(b, node) : undefined;
    default:
      return undefined;
  }
}

function inverse(b: Builder, node: Node): Value {
  const reciprocal = exactFunctions.get("Reciprocal");
  if (reciprocal === undefined) throw new TypeError("There is no exact Reciprocal.");
  return b.expand(reciprocal(b, input(node, 1)), node.outputs[0]?.shape ?? []);
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

function refuse(node: Node): never {
  throw new GraphRefusal("graph/not-exact", {
    reason: `${node.op} (${node.outputs[0]?.name ?? ""}) has no exact form: its result depends on the order in which a machine adds.`,
    fix: "Train this model on the native engine, or express the operator by products, sums and element-wise operators.",
    op: node.op,
  });
}
