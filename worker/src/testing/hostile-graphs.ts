import {
  BOOL,
  externalTensor,
  FLOAT,
  graph,
  graphAttribute,
  INT64,
  model,
  node,
  tensor,
  valueInfo,
} from "../onnx-bytes";

const int64 = (...values: bigint[]): Uint8Array => new Uint8Array(BigInt64Array.from(values).buffer);
const float32 = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
const STATE_IN = valueInfo("w", FLOAT, [1]);
const OUTPUTS = [valueInfo("next.w", FLOAT, [1]), valueInfo("loss", FLOAT, [1])];

/** A segment graph over the state w [1] that never returns: a Loop of 2^62 trips over `floats` float32 values. */
export function endlessGraph(floats = 1): Uint8Array {
  const body = graph({
    nodes: [node("Identity", ["more"], ["again"]), node("Add", ["held", "one"], ["grown"])],
    initializers: [tensor("one", FLOAT, [1], float32(1))],
    inputs: [valueInfo("at", INT64, []), valueInfo("more", BOOL, []), valueInfo("held", FLOAT, [floats])],
    outputs: [valueInfo("again", BOOL, []), valueInfo("grown", FLOAT, [floats])],
  });
  return model(
    graph({
      nodes: [
        node("Expand", ["w", "size"], ["start"]),
        node("Loop", ["trips", "", "start"], ["end"], [graphAttribute("body", body)]),
        node("Slice", ["end", "zero", "first"], ["next.w"]),
        node("Identity", ["next.w"], ["loss"]),
      ],
      initializers: [
        tensor("trips", INT64, [], int64(2n ** 62n)),
        tensor("size", INT64, [1], int64(BigInt(floats))),
        tensor("zero", INT64, [1], int64(0n)),
        tensor("first", INT64, [1], int64(1n)),
      ],
      inputs: [STATE_IN],
      outputs: OUTPUTS,
    }),
  );
}

/** A segment graph that wants a file of the machine as its weights. */
export function fileReadingGraph(location: string, floats: number): Uint8Array {
  return model(
    graph({
      nodes: [
        node("ReduceSum", ["stolen"], ["sum"]),
        node("Add", ["w", "sum"], ["next.w"]),
        node("Identity", ["next.w"], ["loss"]),
      ],
      initializers: [externalTensor("stolen", [floats], location)],
      inputs: [STATE_IN],
      outputs: OUTPUTS,
    }),
  );
}

/** A segment graph that divides zero by zero in its first step. */
export function notFiniteGraph(): Uint8Array {
  return model(
    graph({
      nodes: [
        node("Sub", ["w", "w"], ["zero"]),
        node("Div", ["zero", "zero"], ["loss"]),
        node("Identity", ["w"], ["next.w"]),
      ],
      inputs: [STATE_IN],
      outputs: OUTPUTS,
    }),
  );
}
