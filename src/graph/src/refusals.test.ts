import { describe, expect, test } from "vitest";
import { compileTraining, deliverModel, gptTemplate, GraphRefusal, inspectModel, type TrainingOptions } from ".";
import { int, ints, text } from "./ir";
import { MessageWriter } from "./onnx/protobuf";
import { attribute, handMade, node, port, tensor } from "./testing/model-writer";
import { trainingOptions } from "./testing/training";

const options = trainingOptions({ inputs: [{ input: "x", dtype: "float32" }] });
const message = () => new MessageWriter();
const opaque = (dataType: number) => message().int(1, 1).int(2, dataType).text(8, "w");
const chain = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    node("Relu", [i === 0 ? "x" : `h${i - 1}`], [i === count - 1 ? "y" : `h${i}`]),
  );

type Case = readonly [
  what: string,
  code: string,
  model: Uint8Array,
  expected?: { node?: string; op?: string; says?: RegExp },
];

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

/** Models that can be read but not trained: compileTraining refuses, inspectModel reports. */
const untrainable: readonly Case[] = [
  [
    "an unknown operator",
    "graph/unsupported-operator",
    handMade({ nodes: [node("NonMaxSuppression", ["x", "w"], ["y"], { name: "boxes" })] }),
    { node: "boxes", op: "NonMaxSuppression" },
  ],
  [
    "an operator of ours",
    "graph/unsupported-operator",
    handMade({ nodes: [node("SoftmaxCrossEntropy", ["x", "w"], ["y"])] }),
    { op: "SoftmaxCrossEntropy" },
  ],
  [
    "an unknown attribute",
    "graph/unsupported-attribute",
    handMade({ nodes: [node("Relu", ["x"], ["y"], { attributes: [attribute("speed", int(9))] })] }),
    { says: /"speed"/ },
  ],
  [
    "shapes that do not multiply",
    "graph/shape-mismatch",
    handMade({ initializers: [tensor("w", [4, 2], [1, 2, 3, 4, 5, 6, 7, 8])] }),
    { node: "the MatMul" },
  ],
  [
    "running statistics that are computed",
    "graph/unsupported-operator",
    handMade({
      nodes: [
        node("Neg", ["s"], ["m"]),
        node("BatchNormalization", ["x", "s", "s", "m", "s"], ["y"], {
          attributes: [attribute("training_mode", int(1))],
        }),
      ],
      initializers: [tensor("s", [3], [1, 1, 1])],
    }),
    { says: /running statistic/ },
  ],
  [
    "a shape that depends on the data",
    "graph/unsupported-operator",
    handMade({ nodes: [node("NonZero", ["x"], ["y"], { name: "places" })] }),
    { node: "places", op: "NonZero", says: /Where/ },
  ],
  [
    "random numbers",
    "graph/unsupported-operator",
    handMade({ nodes: [node("RandomNormalLike", ["x"], ["y"])] }),
    { op: "RandomNormalLike", says: /evaluation mode/ },
  ],
  [
    "reflection padding wider than its axis",
    "graph/unsupported-operator",
    handMade({
      nodes: [node("Pad", ["x", "p"], ["y"], { attributes: [attribute("mode", text("reflect"))] })],
      initializers: [tensor("p", [4], [0, 3, 0, 1], "int64")],
    }),
  ],
  [
    "a growing tensor",
    "graph/absurd-shape",
    handMade({
      nodes: [node("Expand", ["x", "s"], ["y"])],
      initializers: [tensor("s", [3], [2 ** 30, 1, 3], "int64")],
    }),
  ],
  [
    "an image grown beyond measure",
    "graph/unsupported-operator",
    handMade({
      nodes: [node("Resize", ["x", "", "", "s"], ["y"])],
      initializers: [tensor("s", [2], [2, 2 ** 40], "int64")],
    }),
    { says: /table/ },
  ],
  [
    "a sequence too long to unroll",
    "graph/unsupported-operator",
    handMade({
      nodes: [node("RNN", ["x", "w", "r"], ["y"], { attributes: [attribute("layout", int(1))] })],
      inputs: [port("x", ["batch", 2 ** 20, 1])],
      initializers: [tensor("w", [1, 2, 1], [1, 1]), tensor("r", [1, 2, 2], [1, 1, 1, 1])],
    }),
    { says: /windows/ },
  ],
  [
    "an LSTM with peepholes",
    "graph/unsupported-operator",
    handMade({
      nodes: [node("LSTM", ["x", "w", "r", "", "", "", "", "p"], ["y"])],
      inputs: [port("x", ["batch", 3, 1])],
      initializers: [
        tensor("w", [1, 4, 1], [1, 1, 1, 1]),
        tensor("r", [1, 4, 1], [1, 1, 1, 1]),
        tensor("p", [1, 3], [1, 1, 1]),
      ],
    }),
    { op: "LSTM", says: /peepholes/ },
  ],
  [
    "a window that does not fit",
    "graph/shape-mismatch",
    handMade({
      nodes: [node("MaxPool", ["x"], ["y"], { attributes: [attribute("kernel_shape", ints([9]))] })],
      inputs: [port("x", ["batch", 3, 4])],
    }),
  ],
  [
    "an index outside its table",
    "graph/shape-mismatch",
    handMade({
      nodes: [node("Gather", ["w", "i"], ["y"])],
      initializers: [tensor("w", [3, 2], [1, 2, 3, 4, 5, 6]), tensor("i", [1], [3], "int64")],
    }),
  ],
];

/** Readable models that do not fit the choices of a training. */
const misused: readonly (readonly [what: string, code: string, model: Uint8Array, change: Partial<TrainingOptions>])[] =
  [
    ["no weights", "graph/no-parameters", handMade({ nodes: [node("Relu", ["x"], ["y"])], initializers: [] }), {}],
    ["no data for an input", "graph/inputs", handMade(), { inputs: [] }],
    [
      "fractions for a token input",
      "graph/inputs",
      gptTemplate({ vocabularySize: 5, contextLength: 4, embeddingSize: 4, layerCount: 1, headCount: 1, seed: 1 }),
      { inputs: [{ input: "tokens", dtype: "float32" }] },
    ],
    ["an unknown output", "graph/no-output", handMade(), { loss: { kind: "crossEntropy", output: "other" } }],
    ["float labels for classes", "graph/loss-mismatch", handMade(), { labels: { dtype: "float32" } }],
    ["a fixed batch of another size", "graph/fixed-batch", handMade({ inputs: [port("x", [1, 3])] }), {}],
    ["a batch of nothing", "graph/options", handMade(), { batchSize: 0 }],
    [
      "a rate that is no number",
      "graph/options",
      handMade(),
      { optimizer: { ...options.optimizer, learningRate: Number.NaN } },
    ],
    ["a warm-up longer than the run", "graph/options", handMade(), { schedule: { kind: "cosine", warmupSteps: 41 } }],
    [
      "a weight with a name of ours",
      "graph/reserved-name",
      handMade({
        nodes: [node("MatMul", ["x", "labels"], ["y"])],
        initializers: [tensor("labels", [3, 2], [1, 2, 3, 4, 5, 6])],
      }),
      {},
    ],
  ];

function refusalOf(work: () => unknown): GraphRefusal {
  try {
    work();
  } catch (error) {
    if (error instanceof GraphRefusal) return error;
    throw error;
  }
  throw new Error("It was accepted.");
}

function expectRefusal([, code, , expected]: Case, refusal: GraphRefusal): void {
  expect(refusal.code, refusal.message).toBe(code);
  expect(refusal.message).toMatch(/\.$/);
  expect(refusal.fix.length).toBeGreaterThan(10);
  if (expected?.node !== undefined) expect(refusal.node).toBe(expected.node);
  if (expected?.op !== undefined) expect(refusal.op).toBe(expected.op);
  if (expected?.says !== undefined) expect(refusal.message).toMatch(expected.says);
}

describe("refusals", () => {
  test("the hand-made model itself is accepted", () => {
    expect(compileTraining(handMade(), options).parameterNames).toEqual(["w"]);
    expect(inspectModel(handMade())).toMatchObject({
      parameterCount: 6,
      nodeCount: 1,
      unsupported: [],
      inputs: [{ name: "x", dtype: "float32", shape: ["batch", 3] }],
    });
  });

  test.each(unreadable.map((each) => [each[0], each] as const))("nobody reads %s", (_what, each) => {
    for (const reader of [
      () => compileTraining(each[2], options),
      () => inspectModel(each[2]),
      () => deliverModel(each[2], []),
    ]) {
      expectRefusal(each, refusalOf(reader));
    }
  });

  test.each(untrainable.map((each) => [each[0], each] as const))("nobody trains %s", (_what, each) => {
    expectRefusal(
      each,
      refusalOf(() => compileTraining(each[2], options)),
    );
    const report = inspectModel(each[2]);
    expect(report.unsupported.length).toBeGreaterThan(0);
    expect(report.unsupported[0]?.fix.length).toBeGreaterThan(10);
  });

  test.each(misused)("training refuses %s", (_what, code, model, change) => {
    expect(refusalOf(() => compileTraining(model, { ...options, ...change })).code).toBe(code);
  });

  test("a masked attention score is not trained, and neither are stored statistics", () => {
    const gpt = gptTemplate({
      vocabularySize: 5,
      contextLength: 4,
      embeddingSize: 4,
      layerCount: 1,
      headCount: 1,
      seed: 1,
    });
    expect(
      compileTraining(gpt, { ...options, inputs: [{ input: "tokens", dtype: "uint8" }] }).parameterNames,
    ).not.toContain("causal.mask");
  });
});

describe("the package", () => {
  test("imports nothing outside itself", () => {
    const sources = import.meta.glob("./**/*.ts", { query: "?raw", import: "default", eager: true });
    for (const [path, source] of Object.entries(sources)) {
      if (path.endsWith(".test.ts") || path.includes("/testing/")) continue;
      const outside = [...String(source).matchAll(/from "([^"]+)"/g)]
        .map(([, from]) => from)
        .filter((from) => from?.startsWith(".") === false);
      expect(outside, path).toEqual([]);
    }
  });
});
