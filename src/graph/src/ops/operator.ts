import type { Builder } from "../builder";
import type { AttributeKind, Attributes, Literal, Node, TensorType, Value } from "../ir";
import { bytesOf, sizeOf } from "../ir";
import { misfit } from "../refusal";

/** Work of one application: floating-point operations, and bytes read plus written. */
export interface Cost {
  readonly flops: number;
  readonly bytes: number;
}

/** What a shape rule sees: a node whose outputs are not yet made. */
export interface Draft {
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Attributes;
  readonly outputCount: number;
}

/** What a gradient rule sees. `dys[i]` is the gradient of output i where one arrived; `dy` and `y` are output 0's. */
export interface GradientContext {
  readonly b: Builder;
  readonly node: Node;
  readonly y: Value;
  readonly dy: Value;
  readonly dys: readonly (Value | undefined)[];
  /** Whether the gradient of input i is needed. */
  readonly wants: (index: number) => boolean;
}

/** Gradients by input; undefined for an input that has none. Gradients nobody asked for are removed as dead code. */
export type GradientRule = (context: GradientContext) => readonly (Value | undefined)[];

/** Never silence: a rule, "none" (the derivative is zero or undefined everywhere), or a reason for refusing. */
export type Gradient = GradientRule | "none" | { readonly refused: string; readonly fix: string };

/** What reading a model may do besides arithmetic: change running statistics, and draw chance. */
export interface Effects {
  /** In training, statistics come from the batch and elements are dropped at random; in evaluation neither. */
  readonly mode: "training" | "evaluation";
  /** Says what a running statistic, an initializer of the model, becomes after the step. */
  readonly update: (statistic: Value, next: Value) => void;
  /** True with the probability, for each element anew in every step: bool of the shape. */
  readonly chance: (b: Builder, shape: readonly number[], probability: number) => Value;
}

/** A node of a buyer's model on its way in. */
export interface Reading extends Draft {
  readonly b: Builder;
  readonly opset: number;
  /** Outputs up to the last one that the model reads; exporters also name masks and statistics that nobody reads. */
  readonly readCount: number;
  readonly effects: Effects;
}

/** All that the compiler knows of one operator. */
export interface Operator {
  readonly name: string;
  readonly domain?: "com.microsoft";
  /** First opset that has the operator, where that is later than the earliest one we read. */
  readonly since?: number;
  /** What of the operator is not supported, as a sentence for the coverage table. */
  readonly limits?: string;
  /** Allow-list entry: "buyer" operators may stand in an uploaded model, "compiler" ones only in our own output. */
  readonly allowed: "buyer" | "compiler";
  readonly inputs: readonly [least: number, most: number];
  /** Attributes that are understood; a node with any other is refused. */
  readonly attributes?: Readonly<Record<string, AttributeKind>>;
  /** How a buyer's node enters the graph when it does not enter as itself. */
  readonly read?: (reading: Reading) => readonly Value[];
  /** Whether outputs after the first may be left out of the file when nothing reads them. */
  readonly optionalOutputs?: true;
  /** Shape rule: types of the outputs. */
  readonly infer: (draft: Draft) => readonly TensorType[];
  readonly gradient: Gradient;
  /** Native lowering: what stands in for the node in the emitted graph; undefined keeps the node. */
  readonly lower?: (b: Builder, node: Node) => readonly Value[] | undefined;
  /** Value for constant inputs; used for shape arithmetic and small constants. */
  readonly fold?: (inputs: readonly Literal[], draft: Draft, type: TensorType) => ArrayLike<number>;
  readonly cost: (node: Node) => Cost;
}

/** The verdict that a report shows for an operator. */
export function gradientVerdict(operator: Operator): "rule" | "none" | "refused" {
  if (operator.gradient === "none") return "none";
  return typeof operator.gradient === "function" ? "rule" : "refused";
}

/** An input that the operator's arity says is there. */
export function input(node: { readonly inputs: readonly (Value | undefined)[] }, index: number): Value {
  return node.inputs[index] ?? misfit(`Input ${index} is missing.`);
}

/** An output that the operator's shape rule says is there. */
export function output(node: Node, index = 0): Value {
  return node.outputs[index] ?? misfit(`Output ${index} is missing.`);
}

/** Cost of an operator that does a fixed number of operations per output element. */
export const perElement =
  (flops: number) =>
  (node: Node): Cost => ({ flops: flops * sizeOf(output(node).shape), bytes: traffic(node) });

/** Cost of an operator that only moves data. */
export const moves = (node: Node): Cost => ({ flops: 0, bytes: traffic(node) });

/** Cost of an operator that makes a view or is resolved at compile time. */
export const free = (): Cost => ({ flops: 0, bytes: 0 });

/** Bytes of all inputs and outputs. */
export function traffic(node: Node): number {
  const read = node.inputs.reduce((sum, value) => sum + (value === undefined ? 0 : bytesOf(value)), 0);
  return node.outputs.reduce((sum, value) => sum + bytesOf(value), read);
}
