import { describe, expect, test } from "vitest";
import { Builder } from "../builder";
import { ints, type Graph, type Value } from "../ir";
import { verify } from "../verify";
import { turnImages } from "./turn-images";
import { joinMoves } from "./join-moves";
import { removeDeadCode } from "./remove-dead-code";

const attributes = { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]), strides: ints([1, 1]) };
const opsOf = (graph: Graph): string[] => graph.nodes.map(({ op }) => op);

/** Convolution, normalisation, activation and sum, twice, then a mean of every channel. */
function network(channels: number): { b: Builder; mean: Value } {
  const b = new Builder();
  const x = b.input("x", "float32", [2, 3, 8, 8]);
  const layer = (from: Value): Value => {
    const w = b.input(b.scope.fresh(), "float32", [channels, from.shape[1] ?? 0, 3, 3]);
    const vector = b.input(b.scope.fresh(), "float32", [channels]);
    const sum = b.op("Conv", [from, w, vector], attributes);
    return b.op("Relu", [b.op("BatchStatisticsNormalization", [sum, vector, vector])]);
  };
  const first = layer(x);
  const mean = b.reduce("ReduceMean", b.add(layer(first), first), [2, 3], false);
  b.graph.outputs = [mean];
  return { b, mean };
}

function turned({ b }: { b: Builder }): Graph {
  turnImages(b.graph, b.scope);
  joinMoves(b.graph, b.scope);
  removeDeadCode(b.graph);
  verify(b.graph, "turning images");
  return b.graph;
}

describe("turning images", () => {
  test("images turn once on the way in and are never turned back", () => {
    const { b, mean } = network(32);
    const ops = opsOf(turned({ b }));
    expect(ops.filter((op) => op === "Transpose")).toHaveLength(1);
    expect(ops.filter((op) => op === "ChannelsLastConv")).toHaveLength(2);
    expect(b.graph.outputs[0]?.shape).toEqual(mean.shape);
  });

  test("a network of few channels, which minimal filtering does not serve, stays as it is", () => {
    const { b } = network(8);
    const before = opsOf(b.graph);
    expect(opsOf(turned({ b }))).toEqual(before);
  });

  test("strided convolutions of a batch turn it to the end, once on the way in and once on the way out", () => {
    const b = new Builder();
    const kernels = [b.input("v", "float32", [8, 3, 3, 3]), b.input("w", "float32", [8, 8, 3, 3])];
    const strided = { ...attributes, strides: ints([2, 2]) };
    const out = kernels.reduce(
      (x, w) => b.op("Relu", [b.op("Conv", [x, w], strided)]),
      b.input("x", "float32", [16, 3, 8, 8]),
    );
    b.graph.outputs = [b.reshape(out, [16, 32])];
    const ops = opsOf(turned({ b }));
    expect(ops).toEqual(["Transpose", "BatchLastConv", "Relu", "BatchLastConv", "Relu", "Transpose", "Reshape"]);
  });

  test("small batches, and columns too large for a cache, are left to the runtime's own convolution", () => {
    for (const [batch, side] of [
      [8, 8],
      [64, 128],
    ] as const) {
      const b = new Builder();
      const [x, w] = [b.input("x", "float32", [batch, 3, side, side]), b.input("w", "float32", [8, 3, 3, 3])];
      b.graph.outputs = [b.op("Conv", [x, w], { ...attributes, strides: ints([2, 2]) })];
      expect(opsOf(turned({ b }))).toEqual(["Conv"]);
    }
  });

  test("what cannot work on turned images gets them as they were", () => {
    const { b } = network(32);
    const image = b.graph.nodes.findLast(({ op }) => op === "Add")?.outputs[0];
    if (image === undefined) throw new Error("no image");
    b.graph.outputs = [b.op("MaxPool", [image], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) })];
    const ops = opsOf(turned({ b }));
    expect(ops.filter((op) => op === "Transpose")).toHaveLength(2);
    expect(ops.at(-1)).toBe("MaxPool");
  });
});
