import { describe, expect, test } from "vitest";
import { compileTraining, gptTemplate, inspectModel, type TrainingOptions } from ".";
import { int, ints, text } from "./ir";
import { attribute, handMade, node, port, tensor } from "./testing/model-writer";
import { expectRefusal, refusalOf, type Case } from "./testing/refusal";
import { trainingOptions } from "./testing/training";

const options = trainingOptions({ inputs: [{ input: "x", dtype: "float32" }] });

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
