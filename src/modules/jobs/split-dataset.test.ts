import { encodeSafetensors, type NamedTensor } from "@trainyard/protocol";
import { describe, expect, it } from "vitest";
import { characterTokens } from "./characters";
import { DatasetRefused } from "./errors";
import { safetensorsDataset, textDataset } from "./split-dataset";

const tensor = (name: string, shape: number[], dtype: NamedTensor["dtype"] = "uint8"): NamedTensor => {
  const width = dtype === "float64" || dtype === "int64" ? 8 : dtype === "uint8" ? 1 : 4;
  const data = new Uint8Array(shape.reduce((a, b) => a * b, width)).map((_, i) => i % 256);
  return { name, dtype, shape, data };
};

describe("a safetensors dataset", () => {
  it("holds out its last rows when it has no split of its own", () => {
    const { train, heldOut } = safetensorsDataset(encodeSafetensors([tensor("x", [10, 2]), tensor("y", [10])]), 20);
    expect([train.count, heldOut.count]).toEqual([8, 2]);
    expect(heldOut.kind === "examples" && [...heldOut.labels.data]).toEqual([8, 9]);
    expect(train.kind === "examples" && train.features[0]?.data.byteLength).toBe(16);
  });

  it("takes tensors called test.* as the held-out split", () => {
    const file = encodeSafetensors([
      tensor("x", [4]),
      tensor("labels", [4]),
      tensor("test.x", [3]),
      tensor("test.labels", [3]),
    ]);
    const { train, heldOut } = safetensorsDataset(file, 10);
    expect([train.count, heldOut.count]).toEqual([4, 3]);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ["not safetensors", new Uint8Array(100), /not a valid safetensors/],
    ["no labels", encodeSafetensors([tensor("x", [4])]), /Name the targets "labels"/],
    ["no features", encodeSafetensors([tensor("labels", [4])]), /no features/],
    ["other row counts", encodeSafetensors([tensor("x", [5]), tensor("y", [4])]), /has 5 rows, the labels have 4/],
    ["a type that rows cannot have", encodeSafetensors([tensor("x", [4], "float64"), tensor("y", [4])]), /Convert it/],
    ["a single row", encodeSafetensors([tensor("x", [1]), tensor("y", [1])]), /at least 2/],
  ])("with %s is refused in plain words", (_what, file, message) => {
    expect(() => safetensorsDataset(file, 10)).toThrow(DatasetRefused);
    expect(() => safetensorsDataset(file, 10)).toThrow(message);
  });
});

describe("a text dataset", () => {
  it("becomes character tokens, with a bounded held-out end", () => {
    expect([...characterTokens("A~\n\u00e9\u2014\u4e2d\r\n")]).toEqual([33, 94, 95, 69, 13, 0, 95]);
    const { train, heldOut } = textDataset(new TextEncoder().encode("x".repeat(1_000)), 50, 100);
    expect([train.count, heldOut.count]).toEqual([900, 100]);
  });

  it("must be UTF-8", () => {
    expect(() => textDataset(Uint8Array.of(0xff, 0xfe), 10, 100)).toThrow(/not UTF-8/);
  });
});
