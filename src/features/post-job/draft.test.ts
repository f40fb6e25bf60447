import { describe, expect, it } from "vitest";
import { EMPTY_DRAFT, readDraft } from "./draft";

describe("readDraft", () => {
  it("asks for a template with only what the buyer changed", () => {
    const { input, errors } = readDraft({
      ...EMPTY_DRAFT,
      numbers: { totalSteps: "1,000", batchSize: "" },
      lists: { schedule: "linear" },
    });
    expect(errors).toEqual({});
    expect(input).toEqual({
      source: { kind: "template", template: "mnist-mlp" },
      training: { totalSteps: 1000, schedule: "linear" },
    });
  });

  it("reads which weights learn, and waits for their names", () => {
    const weights = { kind: "lora", patterns: "", rank: "4", alpha: "" } as const;
    expect(readDraft({ ...EMPTY_DRAFT, weights }).missing).toMatch(/weights/);
    const named = readDraft({ ...EMPTY_DRAFT, weights: { ...weights, patterns: "a.weight,\n *.b" } });
    expect(named.input?.training?.weights).toEqual({ kind: "lora", targets: ["a.weight", "*.b"], rank: 4, alpha: 16 });
    const wrong = readDraft({ ...EMPTY_DRAFT, weights: { ...weights, patterns: "a", rank: "0" } });
    expect(wrong.input).toBeNull();
    expect(wrong.errors.rank).toMatch(/number/);
  });

  it.each([
    ["batchSize", "0"],
    ["batchSize", "1.5"],
    ["totalSteps", "many"],
    ["learningRate", "0"],
    ["weightDecay", "1.1"],
  ] as const)("refuses %s %s and asks for nothing", (field, text) => {
    const { input, errors, missing } = readDraft({ ...EMPTY_DRAFT, numbers: { [field]: text } });
    expect(input).toBeNull();
    expect(errors[field]).toMatch(/number/);
    expect(missing).not.toBeNull();
  });

  it("says what an own model still needs, and scales bytes only when told to", () => {
    const own = { ...EMPTY_DRAFT, source: "own" } as const;
    expect(readDraft(own).missing).toMatch(/model/);
    const model = { fileName: "m.onnx", hash: "a".repeat(64), bytes: 1 };
    expect(readDraft({ ...own, model }).missing).toMatch(/dataset/);
    const whole = { ...own, model, datasetId: "dts_1" };
    expect(readDraft(whole).input?.source).not.toHaveProperty("inputScale");
    expect(readDraft({ ...whole, scaleBytes: false }).input?.source).toMatchObject({ kind: "model", inputScale: 1 });
  });
});
