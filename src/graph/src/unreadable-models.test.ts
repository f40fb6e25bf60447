import { describe, test } from "vitest";
import { compileTraining, deliverModel, inspectModel } from ".";
import { MessageWriter } from "./onnx/protobuf";
import { handMade, node, port, tensor } from "./testing/model-writer";
import { expectRefusal, refusalOf, type Case } from "./testing/refusal";
import { trainingOptions } from "./testing/training";

const options = trainingOptions({ inputs: [{ input: "x", dtype: "float32" }] });
const message = () => new MessageWriter();
const opaque = (dataType: number) => message().int(1, 1).int(2, dataType).text(8, "w");
const chain = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    node("Relu", [i === 0 ? "x" : `h${i - 1}`], [i === count - 1 ? "y" : `h${i}`]),
  );

/** Models that must be refused before anything runs, whoever reads them. */
const unreadable: readonly Case[] = [
  ["nothing", "graph/not-onnx", new Uint8Array()],
  ["text", "graph/not-onnx", new TextEncoder().encode("this is no model, but a sentence")],
  ["a PyTorch checkpoint", "graph/not-onnx", new TextEncoder().encode("PK\u0003\u0004archive/data.pkl")],
  ["no graph", "graph/not-onnx", message().int(1, 9).finish()],
  [
    "external data",
    "graph/external-data",
    handMade({ initializers: [message().int(1, 3).int(1, 2).int(2, 1).text(8, "w").int(14, 1)] }),
    { says: /"w"/ },
  ],
  [
    "an external file entry",
    "graph/external-data",
    handMade({
      initializers: [
        message().int(2, 1).text(8, "w").message(13, message().text(1, "location").text(2, "/etc/passwd")),
      ],
    }),
  ],
  [
    "external data inside a constant",
    "graph/external-data",
    handMade({
      nodes: [
        node("Constant", [], ["c"], {
          attributes: [message().text(1, "value").message(5, message().int(2, 1).int(14, 1)).int(20, 4)],
        }),
      ],
    }),
  ],
  ["functions", "graph/functions", handMade({ extraModel: (model) => model.message(25, message().text(1, "f")) })],
  ["training info", "graph/training-info", handMade({ extraModel: (model) => model.message(20, message()) })],
  [
    "a custom domain",
    "graph/custom-domain",
    handMade({ nodes: [node("Gelu", ["x"], ["y"], { name: "fast", domain: "com.microsoft" })] }),
    { node: "fast", op: "Gelu" },
  ],
  [
    "strings",
    "graph/string-tensor",
    handMade({ initializers: [message().int(1, 1).int(2, 8).text(8, "w").text(6, "hello")] }),
  ],
  [
    "a string input",
    "graph/string-tensor",
    handMade({
      inputs: [
        message()
          .text(1, "x")
          .message(2, message().message(1, message().int(1, 8).message(2, message()))),
      ],
    }),
  ],
  ["float16 weights", "graph/unsupported-type", handMade({ initializers: [opaque(10)] }), { says: /float32/ }],
  ["sparse weights", "graph/sparse-tensor", handMade({ extraGraph: (graph) => graph.message(15, message()) })],
  ["opset 12", "graph/unsupported-opset", handMade({ opset: 12 }), { says: /opset 12/ }],
  ["opset 24", "graph/unsupported-opset", handMade({ opset: 24 })],
  ["no opset", "graph/unsupported-opset", handMade({ opset: undefined })],
  [
    "control flow",
    "graph/unsupported-operator",
    handMade({
      nodes: [
        node("If", ["x"], ["y"], {
          name: "branch",
          attributes: [message().text(1, "then_branch").message(6, message()).int(20, 5)],
        }),
      ],
    }),
    { node: "branch", op: "If" },
  ],
  [
    "an absurd shape",
    "graph/absurd-shape",
    handMade({
      initializers: [
        message()
          .int(1, 2 ** 40)
          .int(1, 2 ** 40)
          .int(2, 1)
          .text(8, "w"),
      ],
    }),
  ],
  ["a negative shape", "graph/absurd-shape", handMade({ initializers: [message().int(1, -3).int(2, 1).text(8, "w")] })],
  ["an absurd input", "graph/absurd-shape", handMade({ inputs: [port("x", ["batch", 2 ** 33])] })],
  [
    "too few bytes of data",
    "graph/not-onnx",
    handMade({ initializers: [message().int(1, 3).int(1, 2).int(2, 1).text(8, "w").bytes(9, new Uint8Array(20))] }),
    { says: /20 bytes/ },
  ],
  [
    "a dynamic dimension",
    "graph/dynamic-dimension",
    handMade({ inputs: [port("x", ["batch", "length"])] }),
    { says: /"length"/ },
  ],
  [
    "two tensors of one name",
    "graph/duplicate-name",
    handMade({ initializers: [tensor("w", [1], [1]), tensor("w", [1], [1])] }),
  ],
  [
    "two makers of one value",
    "graph/duplicate-name",
    handMade({ nodes: [node("Relu", ["x"], ["y"]), node("Neg", ["x"], ["y"])] }),
  ],
  [
    "a cycle",
    "graph/cycle",
    handMade({ nodes: [node("Add", ["x", "b"], ["a"]), node("Neg", ["a"], ["b"]), node("Neg", ["a"], ["y"])] }),
  ],
  ["a self-reference", "graph/cycle", handMade({ nodes: [node("Add", ["x", "y"], ["y"])] })],
  [
    "a missing value",
    "graph/unknown-value",
    handMade({ nodes: [node("Add", ["x", "ghost"], ["y"], { name: "sum" })] }),
    { node: "sum", says: /"ghost"/ },
  ],
  ["a missing output", "graph/unknown-value", handMade({ outputs: [port("nowhere", [1])] })],
  ["no output", "graph/no-output", handMade({ outputs: [] })],
  [
    "a reserved name",
    "graph/reserved-name",
    handMade({ nodes: [node("MatMul", ["x", "w"], ["%1"])], outputs: [port("%1", [1])] }),
  ],
  [
    "an attribute of graphs",
    "graph/unsupported-attribute",
    handMade({ nodes: [node("Relu", ["x"], ["y"], { attributes: [message().text(1, "a").int(20, 9)] })] }),
  ],
  ["too many nodes", "graph/too-large", handMade({ nodes: chain(20_001) })],
];

describe("a model that cannot be read safely", () => {
  test.each(unreadable.map((each) => [each[0], each] as const))("nobody reads %s", (_what, each) => {
    for (const reader of [
      () => compileTraining(each[2], options),
      () => inspectModel(each[2]),
      () => deliverModel(each[2], []),
    ]) {
      expectRefusal(each, refusalOf(reader));
    }
  });
});
