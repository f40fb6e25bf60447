import { NATIVE } from "../options";
import { InferenceSession, Tensor as RuntimeTensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { gradients } from "../autodiff";
import { Builder } from "../builder";
import { peakBytes } from "../liveness";
import { writeModel } from "../onnx/write";
import { finish } from "../step-graph";
import { noise } from "../testing/runtime";
import { verify } from "../verify";
import { rematerialise } from "./rematerialise";

const [ROWS, WIDTH, LAYERS] = [64, 32, 16];

/** Loss and gradients of a stack of dense layers with GELU, whose inner values wait for the backward pass. */
function stack(budget: number | undefined): { b: Builder } {
  const b = new Builder();
  const x = b.input("x", "float32", [ROWS, WIDTH]);
  const on = b.input("on", "bool", []);
  const weights = Array.from({ length: LAYERS }, (_, i) => b.input(`w${i}`, "float32", [WIDTH, WIDTH]));
  const y = weights.reduce((h, w) => b.op("Gelu", [b.gemm(h, w)]), x);
  const loss = b.sum(b.mul(y, y), [0, 1]);
  // An update takes each gradient as soon as it is there; without it the runtime leaves the weights' gradients to the end.
  const updated = gradients(b, loss, weights).flatMap((gradient, i) => {
    const [weight] = weights.slice(i, i + 1);
    return gradient === undefined || weight === undefined ? [] : [b.sub(weight, gradient)];
  });
  b.graph.outputs = [loss, ...updated];
  finish(b.graph, b.scope, new Set(), { engine: NATIVE, guarded: 0 });
  if (budget !== undefined) {
    rematerialise(b.graph, b.scope, budget, on);
    verify(b.graph, "rematerialising");
  }
  return { b };
}

async function run({ b }: { b: Builder }): Promise<Buffer[]> {
  const session = await InferenceSession.create(writeModel(b.graph), { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const feeds: Record<string, RuntimeTensor> = { on: new RuntimeTensor("bool", Uint8Array.of(1), []) };
  const fed = (name: string, rows: number, seed: number, scale: number) => {
    const data = Float32Array.from(noise(rows * WIDTH, seed), (value) => value * scale);
    feeds[name] = new RuntimeTensor("float32", data, [rows, WIDTH]);
  };
  fed("x", ROWS, 1, 1);
  for (let i = 0; i < LAYERS; i++) fed(`w${i}`, WIDTH, i + 2, 0.4);
  const wanted = Object.fromEntries(Object.entries(feeds).filter(([name]) => session.inputNames.includes(name)));
  const results = await session.run(wanted);
  await session.release();
  return b.graph.outputs.map(({ name }) => Buffer.from((results[name]?.data as Float32Array).slice().buffer));
}

describe("rematerialisation", () => {
  const free = stack(undefined);
  const peak = peakBytes(free.b.graph);

  test("leaves a graph alone that fits", () => {
    expect(stack(peak).b.graph.nodes.length).toBe(free.b.graph.nodes.length);
  });

  test.each([0.7, 0.5, 0])("under %f of the memory gives the same bits", async (share) => {
    const less = stack(share * peak);
    expect(peakBytes(less.b.graph)).toBeLessThan(Math.max(share, 0.6) * peak);
    expect(less.b.graph.nodes.length).toBeGreaterThan(free.b.graph.nodes.length);
    expect(await run(less)).toEqual(await run(free));
  });
});
