import {
  Graph,
  arrayOf,
  checkedShape,
  emptyArray,
  float,
  int,
  ints,
  isHalf,
  numbersOf,
  sameShape,
  sizeOf,
  type Attributes,
  type DataType,
  type Node,
  type TensorType,
  type TypedArray,
  type Value,
} from "./ir";
import { elementCode } from "./onnx/model";
import { findOperator } from "./ops";
import type { ReductionName } from "./ops/families/reduction";
import { GraphRefusal, misfit } from "./refusal";
import { Scope } from "./scope";
import { broadcastShape, frontAxis } from "./shape";

/** Largest result that constant folding computes, in elements. */
const FOLD_MAX = 65_536;
/** Largest constant that is shared by content, in elements. */
const SHARED_MAX = 64;

/** Appends typed nodes to a graph; every output's shape is known when it is made. */
export class Builder {
  constructor(
    readonly scope: Scope = new Scope(),
    readonly graph: Graph = new Graph(),
  ) {}

  input(name: string, dtype: DataType, shape: readonly number[]): Value {
    const value: Value = { name, dtype, shape };
    this.graph.inputs.push(value);
    return value;
  }

  constant(dtype: DataType, shape: readonly number[], data: TypedArray): Value {
    const key =
      data.length <= SHARED_MAX ? `${dtype}|${shape.join()}|${numbersOf(data).map(exactText).join()}` : undefined;
    const known = key === undefined ? undefined : this.scope.constants.get(key);
    if (known !== undefined) return known;
    this.scope.spend({ elements: data.length });
    const value: Value = { name: this.scope.fresh(), dtype, shape, data };
    if (key !== undefined) this.scope.constants.set(key, value);
    return value;
  }

  scalar(dtype: DataType, number: number): Value {
    return this.constant(dtype, [], arrayOf(dtype, [number]));
  }

  ints(values: readonly number[]): Value {
    return this.constant("int64", [values.length], arrayOf("int64", values));
  }

  /** A row of float32 numbers that is known by a name: made once in a scope, however large. */
  table(name: string, numbers: () => Float32Array): Value {
    const key = `table|${name}`;
    const known = this.scope.constants.get(key);
    if (known !== undefined) return known;
    const data = numbers();
    const value = this.constant("float32", [data.length], data);
    this.scope.constants.set(key, value);
    return value;
  }

  /** A tensor filled with one number: a scalar expanded inside the graph, so that it costs no file bytes. */
  filled(dtype: DataType, shape: readonly number[], number: number): Value {
    return this.expand(this.scalar(dtype, number), shape);
  }

  /** Applies an operator by name: checks arity, infers types, folds constants. */
  node(
    op: string,
    inputs: readonly (Value | undefined)[],
    attributes: Attributes = {},
    outputCount = 1,
  ): readonly Value[] {
    const operator = findOperator(op);
    if (operator === undefined)
      throw new GraphRefusal("graph/unsupported-operator", {
        reason: `${op} is not supported.`,
        fix: "Express it with supported operators.",
        op,
      });
    const [least, most] = operator.inputs;
    const missing = Array.from({ length: least }, (_, i) => inputs[i]).includes(undefined);
    if (missing || inputs.length > most) misfit(`${op} takes ${least} to ${most} inputs and got ${inputs.length}.`);
    const draft = { inputs, attributes, outputCount };
    const types = operator.infer(draft);
    for (const type of types) checkedShape(type.shape, `an output of ${op}`);
    const first = types[0];
    const literals = inputs.filter((value) => value?.data !== undefined);
    if (
      operator.fold !== undefined &&
      first !== undefined &&
      !isHalf(first.dtype) &&
      literals.length === inputs.length &&
      sizeOf(first.shape) <= FOLD_MAX
    ) {
      const known = literals.map((value) => ({
        ...value,
        data: value?.data ?? emptyArray("int64", 0),
        dtype: value?.dtype ?? "int64",
        shape: value?.shape ?? [],
      }));
      this.scope.spend({ elements: known.reduce((sum, { data }) => sum + data.length, 0) });
      return [this.constant(first.dtype, first.shape, arrayOf(first.dtype, operator.fold(known, draft, first)))];
    }
    return this.append(op, inputs, attributes, types).outputs;
  }

  private append(
    op: string,
    inputs: readonly (Value | undefined)[],
    attributes: Attributes,
    types: readonly TensorType[],
  ): Node {
    const outputs: Value[] = types.map(({ dtype, shape }) => ({ name: this.scope.fresh(), dtype, shape }));
    this.scope.spend({ nodes: 1 });
    const node: Node = { op, inputs, outputs, attributes };
    for (const value of outputs) value.producer = node;
    this.graph.nodes.push(node);
    return node;
  }

  /** Applies an operator and returns its first output. */
  op(op: string, inputs: readonly (Value | undefined)[], attributes: Attributes = {}): Value {
    return this.node(op, inputs, attributes)[0] ?? misfit(`${op} has no output.`);
  }

  add = (a: Value, b: Value): Value => this.op("Add", [a, b]);
  sub = (a: Value, b: Value): Value => this.op("Sub", [a, b]);
  mul = (a: Value, b: Value): Value => this.op("Mul", [a, b]);
  div = (a: Value, b: Value): Value => this.op("Div", [a, b]);
  neg = (a: Value): Value => this.op("Neg", [a]);
  exp = (a: Value): Value => this.op("Exp", [a]);
  /** Multiplies by a number of the operand's type. */
  scale = (a: Value, factor: number): Value => (factor === 1 ? a : this.mul(a, this.scalar(a.dtype, factor)));
  /** Adds a number of the operand's type. */
  shift = (a: Value, term: number): Value => (term === 0 ? a : this.add(a, this.scalar(a.dtype, term)));
  where = (condition: Value, a: Value, b: Value): Value => this.op("Where", [condition, a, b]);

  cast(a: Value, dtype: DataType): Value {
    return a.dtype === dtype ? a : this.op("Cast", [a], { to: int(elementCode(dtype)) });
  }

  reshape(a: Value, shape: readonly number[]): Value {
    if (sameShape(a.shape, shape)) return a;
    if (sizeOf(a.shape) !== sizeOf(shape)) misfit(`[${a.shape.join(", ")}] does not reshape to [${shape.join(", ")}].`);
    const source = a.producer?.op === "Reshape" && a.data === undefined ? (a.producer.inputs[0] ?? a) : a;
    if (sameShape(source.shape, shape)) return source;
    // Without allowzero a zero in the asked shape means "as before".
    return this.op("Reshape", [source, this.ints(shape)], shape.includes(0) ? { allowzero: int(1) } : {});
  }

  /** Reshapes to rows of the last dimension: [..., n] to [m, n]. */
  rows(a: Value): Value {
    const width = a.shape[a.shape.length - 1] ?? 1;
    return this.reshape(a, [sizeOf(a.shape.slice(0, -1)), width]);
  }

  transpose(a: Value, perm: readonly number[]): Value {
    return perm.every((axis, index) => axis === index) ? a : this.op("Transpose", [a], { perm: ints(perm) });
  }

  expand(a: Value, shape: readonly number[]): Value {
    return sameShape(a.shape, broadcastShape(a.shape, shape)) ? a : this.op("Expand", [a, this.ints(shape)]);
  }

  reduce(op: ReductionName, a: Value, axes: readonly number[], keep: boolean): Value {
    if (axes.length === 0) return a;
    return this.op(op, [a, this.ints(axes)], { keepdims: int(keep ? 1 : 0) });
  }

  sum = (a: Value, axes: readonly number[], keep = false): Value => this.reduce("ReduceSum", a, axes, keep);

  /** Sums over the axes along which `shape` was broadcast to the value's shape. */
  sumTo(a: Value, shape: readonly number[]): Value {
    if (sameShape(a.shape, shape)) return a;
    const lead = a.shape.length - shape.length;
    const axes = a.shape.flatMap((size, i) => (i < lead || (shape[i - lead] === 1 && size !== 1) ? [i] : []));
    return this.reshape(this.sum(a, axes), shape);
  }

  gemm(a: Value, b: Value, c?: Value, o: { transA?: boolean; transB?: boolean; alpha?: number } = {}): Value {
    const attributes = {
      ...(o.transA === true ? { transA: int(1) } : {}),
      ...(o.transB === true ? { transB: int(1) } : {}),
      ...(o.alpha !== undefined && o.alpha !== 1 ? { alpha: float(o.alpha) } : {}),
    };
    return this.op("Gemm", c === undefined ? [a, b] : [a, b, c], attributes);
  }

  /** Product of stacks of matrices, optionally transposed and scaled, without materialising the transposes. */
  fusedMatMul(
    a: Value,
    b: Value,
    o: { transA?: boolean; transB?: boolean; transBatchB?: boolean; alpha?: number } = {},
  ): Value {
    const attributes = {
      ...(o.transBatchB === true ? { transBatchB: int(1) } : {}),
      ...(o.transA === true ? { transA: int(1) } : {}),
      ...(o.transB === true ? { transB: int(1) } : {}),
      ...(o.alpha !== undefined && o.alpha !== 1 ? { alpha: float(o.alpha) } : {}),
    };
    return this.op("FusedMatMul", [a, b], attributes);
  }

  concat(values: readonly Value[], axis: number): Value {
    const [first] = values;
    return first !== undefined && values.length === 1 ? first : this.op("Concat", values, { axis: int(axis) });
  }

  split(a: Value, sizes: readonly number[], axis: number): readonly Value[] {
    return sizes.length === 1
      ? [a]
      : this.node("Split", [a, this.ints(sizes)], { axis: int(frontAxis(axis, a.shape.length)) }, sizes.length);
  }

  slice(
    a: Value,
    axes: readonly number[],
    starts: readonly number[],
    ends: readonly number[],
    steps?: readonly number[],
  ): Value {
    const whole = axes.every(
      (axis, i) => starts[i] === 0 && (ends[i] ?? 0) >= (a.shape[axis] ?? 0) && (steps?.[i] ?? 1) === 1,
    );
    if (whole) return a;
    const inputs = [a, this.ints(starts), this.ints(ends), this.ints(axes)];
    return this.op("Slice", steps === undefined ? inputs : [...inputs, this.ints(steps)]);
  }

  gather(a: Value, indices: Value, axis = 0): Value {
    return this.op("Gather", [a, indices], { axis: int(axis) });
  }

  /** Zero-pads; `before` and `after` have one entry a dimension. */
  pad(a: Value, before: readonly number[], after: readonly number[]): Value {
    if (before.every((n) => n === 0) && after.every((n) => n === 0)) return a;
    return this.op("Pad", [a, this.ints([...before, ...after])]);
  }

  /** Rows of an identity matrix: [...] of class numbers to [..., depth] of zeros and ones. */
  oneHot(indices: Value, depth: number, dtype: DataType): Value {
    const values = this.constant("float32", [2], Float32Array.of(0, 1));
    const wide = indices.dtype === "int32" || indices.dtype === "int64" ? indices : this.cast(indices, "int64");
    return this.cast(this.op("OneHot", [wide, this.ints([depth]), values]), dtype);
  }
}

function exactText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
