import fc from "fast-check";
import { describe, test } from "vitest";
import { cnnTemplate, compileTraining, gptTemplate, GraphRefusal, inspectModel, mlpTemplate } from ".";
import { handMade, node, tensor } from "./testing/model-writer";
import { trainingOptions } from "./testing/training";

const options = trainingOptions({ inputs: [{ input: "x", dtype: "float32" }] });

describe("hostile bytes", () => {
  const seeds = [
    mlpTemplate({ inputSize: 4, hiddenSizes: [3], classCount: 2, seed: 1 }),
    cnnTemplate({ channels: 1, height: 6, width: 6, classCount: 2, seed: 1 }),
    gptTemplate({ vocabularySize: 5, contextLength: 4, embeddingSize: 4, layerCount: 1, headCount: 2, seed: 1 }),
    handMade({
      nodes: [node("Slice", ["x", "s", "e"], ["z"]), node("MatMul", ["z", "w"], ["y"])],
      initializers: [
        tensor("s", [1], [0], "int64"),
        tensor("e", [1], [9], "int64"),
        tensor("w", [3, 2], [1, 2, 3, 4, 5, 6]),
      ],
    }),
  ];
  const onlyRefuses = (bytes: Uint8Array): void => {
    for (const input of ["x", "tokens"]) {
      try {
        compileTraining(bytes, { ...options, inputs: [{ input, dtype: "uint8" }] });
      } catch (error) {
        if (!(error instanceof GraphRefusal)) throw error;
      }
    }
    try {
      inspectModel(bytes);
    } catch (error) {
      if (!(error instanceof GraphRefusal)) throw error;
    }
  };
  const limits = { numRuns: 150, seed: 1, interruptAfterTimeLimit: 8000, markInterruptAsFailure: false };

  test("random bytes are refused", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), onlyRefuses), limits);
  });

  test("truncated models are refused", () => {
    fc.assert(
      fc.property(fc.constantFrom(...seeds), fc.double({ min: 0, max: 1, noNaN: true }), (model, share) =>
        onlyRefuses(model.subarray(0, Math.floor(model.length * share))),
      ),
      limits,
    );
  });

  test("mutated models are refused or compiled, never worse", () => {
    const edit = fc.tuple(
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 1, 127, 128, 255)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...seeds), fc.array(edit, { minLength: 1, maxLength: 6 }), (model, edits) => {
        const bytes = model.slice();
        for (const [place, value] of edits) bytes[Math.floor(place * bytes.length)] = value;
        onlyRefuses(bytes);
      }),
      { ...limits, numRuns: 600 },
    );
  });
});
