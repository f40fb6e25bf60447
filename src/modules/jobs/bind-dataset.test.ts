import type { DatasetSplit } from "@trainyard/protocol";
import { describe, expect, it } from "vitest";
import { bindDataset } from "./bind-dataset";
import { DatasetMismatch, DatasetTooSmall } from "./errors";

const column = (name: string, shape: number[], dtype: "uint8" | "float32" = "uint8") => ({
  name,
  dtype,
  shape,
  blob: "a".repeat(64),
});
const images: DatasetSplit = {
  kind: "examples",
  count: 100,
  features: [column("images", [28, 28])],
  labels: column("labels", []),
};
const tokens: DatasetSplit = { kind: "tokens", count: 100, tokens: column("tokens", []), contextLength: 8 };
const both = (split: DatasetSplit) => ({ train: split, heldOut: split });
const dense = [{ name: "x", dtype: "float32" as const, shape: ["batch", 784] }];
const options = { batchSize: 32, inputScale: null };

describe("binding a dataset to a model", () => {
  it("reshapes a feature whose elements agree and scales image bytes", () => {
    const bound = bindDataset(both(images), dense, options);
    expect(bound.inputs).toEqual([{ input: "x", dtype: "uint8", scale: 1 / 255, offset: 0 }]);
    expect(bound.train.kind === "examples" && bound.train.features[0]).toMatchObject({ name: "x", shape: [784] });
  });

  it("scales bytes as the buyer says, and leaves floats alone", () => {
    const scaled = (dtype: "uint8" | "float32", inputScale: number | null) => {
      const split: DatasetSplit = { ...images, features: [column("images", [784], dtype)] };
      return bindDataset(both(split), dense, { ...options, inputScale }).inputs[0]?.scale;
    };
    expect(scaled("uint8", 1)).toBe(1);
    expect(scaled("float32", null)).toBe(1);
    expect(scaled("float32", 1 / 255)).toBe(1);
  });

  it("takes a model's own context length for tokens", () => {
    const bound = bindDataset(both(tokens), [{ name: "ids", dtype: "int64", shape: ["batch", 16] }], options);
    expect(bound.train).toMatchObject({ kind: "tokens", contextLength: 16, tokens: { name: "ids" } });
    expect(bound.inputs).toEqual([{ input: "ids", dtype: "uint8" }]);
  });

  it("refuses what does not fit, and says what to change", () => {
    const wrongShape = [{ name: "x", dtype: "float32" as const, shape: ["batch", 100] }];
    expect(() => bindDataset(both(images), wrongShape, options)).toThrow(DatasetMismatch);
    expect(() => bindDataset(both(images), [...dense, ...dense], options)).toThrow(/one to one/);
    expect(() => bindDataset(both(tokens), [{ name: "x", dtype: "int64", shape: ["b"] }], options)).toThrow(
      /fixed context length/,
    );
  });

  it("refuses a dataset shorter than a batch", () => {
    expect(() => bindDataset(both(images), dense, { ...options, batchSize: 101 })).toThrow(DatasetTooSmall);
    expect(() => bindDataset(both(images), dense, { ...options, batchSize: 101 })).toThrow(
      /100 training examples, less than one batch of 101/,
    );
    expect(() => bindDataset(both(tokens), [{ name: "x", dtype: "int64", shape: ["b", 200] }], options)).toThrow(
      DatasetTooSmall,
    );
  });
});
