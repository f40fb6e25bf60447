import { bytesOf, sameShape, type Literal } from "./ir";
import { fields, MessageWriter, spliced, textField } from "./onnx/protobuf";
import { readModel } from "./onnx/read";
import type { ForwardModel } from "./onnx/model";
import { examineModel, type Orientation } from "./examine-model";
import { exampleBatch } from "./forward-graph";
import { elementCode } from "./onnx/model";
import { evaluating } from "./onnx/evaluation-mode";
import { SCALER_PREFIX } from "./loss-scaling";
import { SLOT_PREFIXES } from "./optimizers/choose-optimizer";
import type { Tensor } from "./options";
import { GraphRefusal } from "./refusal";
import { ADAPTER_SCALE, adapterNames, averageName } from "./roles";

const GRAPH = 7;
const INITIALIZER = 5;
const TENSOR_NAME = 8;

/**
 * The buyer's own forward model with what was learned in place of what it began with, by name: weights (their moving
 * average where the state has one), running statistics, and adapters merged into the weights they stand beside. Every other
 * byte of the file stays as it was: names, documentation, metadata, the symbolic batch. Nodes that behave otherwise in
 * training (BatchNormalization, Dropout) are set to evaluation. Refuses tensors that the model has no place for.
 */
export function deliverModel(forward: Uint8Array, state: readonly Tensor[]): Uint8Array {
  const model = readModel(forward);
  const { initializers } = model;
  const learned = learnedTensors(model, new Map(state.map((tensor) => [tensor.name, tensor])));
  for (const tensor of learned.values()) {
    const own = initializers.get(tensor.name);
    const fits =
      own !== undefined &&
      own.dtype === tensor.dtype &&
      sameShape(own.shape, tensor.shape) &&
      tensor.data.length === bytesOf(own);
    if (!fits) refuseTensor(tensor.name);
  }
  return spliced(forward, GRAPH, (graph) =>
    evaluating(spliced(graph, INITIALIZER, (bytes) => replaced(bytes, learned))),
  );
}

/** The tensors of a state as the model's initializers hold them. */
function learnedTensors(model: ForwardModel, state: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const learned = new Map<string, Tensor>();
  // How an adapted weight stands in its products does not show in a square shape; the model itself says it.
  const { products } = state.has(ADAPTER_SCALE)
    ? examineModel(model, exampleBatch(model))
    : { products: new Map<string, Orientation>() };
  const best = (name: string): Tensor | undefined => state.get(averageName(name)) ?? state.get(name);
  const known = new Set([ADAPTER_SCALE]);
  for (const [name, weight] of model.initializers) {
    const factors = adapterNames(name);
    const [own, a, b] = [best(name), best(factors.a), best(factors.b)];
    if (own !== undefined) learned.set(name, { ...own, name });
    if (a !== undefined && b !== undefined)
      learned.set(name, merged(name, weight, a, b, state.get(ADAPTER_SCALE), products.get(name)));
    for (const each of [name, factors.a, factors.b]) known.add(each).add(averageName(each));
  }
  const beside = [SCALER_PREFIX, ...SLOT_PREFIXES];
  for (const name of state.keys())
    if (!known.has(name) && !beside.some((prefix) => name.startsWith(prefix))) refuseTensor(name);
  return learned;
}

/** W + A B scale, summed in double precision; for a weight that its products turn around, [out, in], A B is turned too. */
function merged(
  name: string,
  weight: Literal,
  a: Tensor,
  b: Tensor,
  scale: Tensor | undefined,
  way: Orientation | undefined,
): Tensor {
  const [rows = 0, columns = 0] = weight.shape;
  const [from = 0, rank = 0] = a.shape;
  const [inner = 0, to = 0] = b.shape;
  const [wantedRows, wantedColumns] = way === "transposed" ? [to, from] : [from, to];
  if (scale === undefined || way === undefined || inner !== rank || rows !== wantedRows || columns !== wantedColumns)
    refuseTensor(name);
  const [left, right, factor] = [floatsOf(a), floatsOf(b), floatsOf(scale)[0] ?? Number.NaN];
  const data = Float32Array.from(weight.data as Float32Array);
  const sums = new Float64Array(to);
  for (let i = 0; i < from; i++) {
    sums.fill(0);
    for (let k = 0; k < rank; k++) {
      const share = left[i * rank + k] ?? 0;
      for (let j = 0; j < to; j++) sums[j] = (sums[j] ?? 0) + share * (right[k * to + j] ?? 0);
    }
    for (let j = 0; j < to; j++) {
      const at = way === "plain" ? i * to + j : j * from + i;
      data[at] = (data[at] ?? 0) + factor * (sums[j] ?? 0);
    }
  }
  return { name, dtype: "float32", shape: weight.shape, data: new Uint8Array(data.buffer) };
}

const floatsOf = ({ data }: Tensor): Float32Array => new Float32Array(data.slice().buffer);

function refuseTensor(name: string): never {
  throw new GraphRefusal("graph/weights-mismatch", {
    reason: `The trained tensor "${name}" has no place of its type and shape in the model.`,
    fix: "Deliver weights of the same model that was trained.",
  });
}

function replaced(bytes: Uint8Array, byName: ReadonlyMap<string, Tensor>): Uint8Array {
  const name =
    [...fields(bytes)]
      .filter((field) => field.number === TENSOR_NAME)
      .map(textField)
      .at(-1) ?? "";
  const tensor = byName.get(name);
  if (tensor === undefined) return bytes;
  const writer = new MessageWriter();
  for (const size of tensor.shape) writer.int(1, size);
  return writer.int(2, elementCode(tensor.dtype)).text(TENSOR_NAME, name).bytes(9, tensor.data).finish();
}
