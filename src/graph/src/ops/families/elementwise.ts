import {
  isFloat,
  numbersOf,
  type AttributeKind,
  type DataType,
  type Literal,
  type TensorType,
  type Value,
} from "../../ir";
import { misfit } from "../../refusal";
import { broadcastShape, stridesOf } from "../../shape";
import { input, perElement, type Draft, type Gradient, type GradientContext, type Operator } from "../operator";

interface UnarySpec {
  readonly name: string;
  readonly flops: number;
  /** Gradient of the input, or a verdict without a rule. */
  readonly gradient: ((context: GradientContext, x: Value) => Value) | Exclude<Gradient, (...args: never) => unknown>;
  readonly fold?: (x: number, draft: Draft) => number;
  readonly attributes?: Readonly<Record<string, AttributeKind>>;
  readonly lower?: Operator["lower"];
  readonly since?: number;
  readonly types?: "float" | "any";
  /** Element type of the result; that of the operand when absent. */
  readonly result?: DataType;
}

/** An operator that maps every element by itself. */
export function unary(spec: UnarySpec): Operator {
  const { name, flops, gradient, fold, types = "float" } = spec;
  return {
    name,
    allowed: "buyer",
    inputs: [1, 1],
    ...(spec.since === undefined ? {} : { since: spec.since }),
    ...(spec.attributes === undefined ? {} : { attributes: spec.attributes }),
    ...(spec.lower === undefined ? {} : { lower: spec.lower }),
    infer(draft) {
      const { dtype, shape } = input(draft, 0);
      if (types === "float" && !isFloat(dtype)) misfit(`${name} takes floating-point numbers and got ${dtype}.`);
      return [{ dtype: spec.result ?? dtype, shape }];
    },
    gradient: typeof gradient === "function" ? (context) => [gradient(context, input(context.node, 0))] : gradient,
    ...(fold === undefined ? {} : { fold: (inputs, draft) => literalNumbers(inputs[0]).map((x) => fold(x, draft)) }),
    cost: perElement(flops),
  };
}

/** Elements of a literal as numbers; none for a missing one. */
function literalNumbers(literal: Literal | undefined): number[] {
  return literal === undefined ? [] : numbersOf(literal.data);
}

interface BinarySpec {
  readonly name: string;
  readonly flops?: number;
  /** Gradients before broadcasting is undone, for inputs a and b. */
  readonly gradient:
    ((context: GradientContext, a: Value, b: Value) => readonly [Value | undefined, Value | undefined]) | "none";
  readonly fold?: (a: number, b: number, dtype: DataType, draft: Draft) => number;
  readonly attributes?: Readonly<Record<string, AttributeKind>>;
  /** Element type of the result; that of the operands when absent. */
  readonly result?: DataType;
  readonly lower?: Operator["lower"];
  readonly cost?: Operator["cost"];
}

/** An operator that combines two tensors element by element with broadcasting. */
export function binary(spec: BinarySpec): Operator {
  const { name, gradient, fold } = spec;
  return {
    name,
    allowed: "buyer",
    inputs: [2, 2],
    ...(spec.attributes === undefined ? {} : { attributes: spec.attributes }),
    ...(spec.lower === undefined ? {} : { lower: spec.lower }),
    infer(draft) {
      const a = input(draft, 0);
      const b = input(draft, 1);
      if (a.dtype !== b.dtype) misfit(`${name} needs operands of one type and got ${a.dtype} and ${b.dtype}.`);
      return [{ dtype: spec.result ?? a.dtype, shape: broadcastShape(a.shape, b.shape) }];
    },
    gradient:
      gradient === "none"
        ? "none"
        : (context) => {
            const a = input(context.node, 0);
            const b = input(context.node, 1);
            const [da, db] = gradient(context, a, b);
            const undo = (value: Value | undefined, to: Value) =>
              value === undefined ? undefined : context.b.sumTo(value, to.shape);
            return [undo(da, a), undo(db, b)];
          },
    ...(fold === undefined
      ? {}
      : {
          fold: (inputs, draft, type) => {
            const [a, b] = inputs.map((literal) => broadcastNumbers(literal, type));
            return Array.from(a ?? [], (x, i) => fold(x, b?.[i] ?? 0, inputs[0]?.dtype ?? "int64", draft));
          },
        }),
    cost: spec.cost ?? perElement(spec.flops ?? 1),
  };
}

/** Elements of a literal repeated to the shape, as numbers. */
export function broadcastNumbers(literal: Literal, type: TensorType): number[] {
  const lead = type.shape.length - literal.shape.length;
  const own = stridesOf(literal.shape);
  const target = stridesOf(type.shape);
  const count = type.shape.reduce((product, size) => product * size, 1);
  return Array.from({ length: count }, (_, at) => {
    let from = 0;
    for (let axis = lead; axis < type.shape.length; axis++) {
      if (literal.shape[axis - lead] === 1) continue;
      const coordinate = Math.floor(at / (target[axis] ?? 1)) % (type.shape[axis] ?? 1);
      from += coordinate * (own[axis - lead] ?? 0);
    }
    return Number(literal.data[from] ?? 0);
  });
}
