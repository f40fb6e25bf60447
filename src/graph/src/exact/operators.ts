import { isFloat, textAttribute, type Node, type Value } from "../ir";

/** Operators on floating-point numbers whose result IEEE 754 fixes, or that compute nothing: `exact/README.md` says why. */
const FIXED = new Set([
  ...["Add", "Sub", "Mul", "Div", "Sqrt", "Neg", "Abs", "Round", "Floor", "Ceil", "Sign"],
  ...["Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Equal", "Where", "IsNaN", "IsInf"],
  ...["Max", "Min", "Clip", "Relu", "LeakyRelu", "ReduceMax", "ReduceMin", "ArgMax", "ArgMin", "MaxPool", "TopK"],
  ...["Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Expand", "Tile", "Trilu", "Pad"],
  ...["Gather", "GatherElements", "GatherND", "Slice", "Split", "Concat", "OneHot", "DepthToSpace", "SpaceToDepth"],
  ...["Shape", "ConstantOfShape", "ReverseSequence"],
]);

/** Integer sums, and their way in: part of what `lowerExact` makes, never of what it is given. */
const INTEGER = new Set(["QuantizeLinear", "DequantizeLinear", "MatMulInteger"]);

/** Whether a node casts floating-point numbers to integers, which a processor does its own way beyond their range and for NaN. */
export function makesIntegers(node: Node): boolean {
  const [x, y] = [node.inputs[0], node.outputs[0]];
  return (
    node.op === "Cast" &&
    x !== undefined &&
    y !== undefined &&
    isFloat(x.dtype) &&
    !isFloat(y.dtype) &&
    y.dtype !== "bool"
  );
}

/** Whether a value depends on constants alone, so that a runtime may know it before it runs. */
export function isConstant(value: Value | undefined): boolean {
  if (value === undefined || value.data !== undefined) return true;
  return value.producer !== undefined && value.producer.op !== "Loop" && value.producer.inputs.every(isConstant);
}

/** Whether every result of a node has one value by its operator alone, whatever computes it. Sums are told by their operands. */
export function isFixed(node: Node): boolean {
  if (node.op === "Cast") return !makesIntegers(node);
  if (FIXED.has(node.op) || INTEGER.has(node.op)) return true;
  if (node.op === "ScatterElements" || node.op === "ScatterND")
    return textAttribute(node, "reduction", "none") === "none";
  return (
    node.op !== "Loop" &&
    ![...node.inputs, ...node.outputs].some((value) => value !== undefined && isFloat(value.dtype))
  );
}
