import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor as RuntimeTensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import { Builder } from "./builder";
import type { Value } from "./ir";
import { writeModel } from "./onnx/write";
import { runtimeOrder } from "./runtime-order";

/** Two branches over one stem, joined twice, with an end in the middle: every choice that the order has to make. */
function branches(): Builder {
  const b = new Builder();
  const x = b.input("x", "float32", [4, 4]);
  const step = (op: string, ...inputs: Value[]) => b.op(op, inputs);
  const stem = step("Exp", x);
  const left = step("Sigmoid", step("Tanh", stem));
  const right = step("Abs", step("Neg", stem));
  const early = step("Sqrt", right);
  const joined = step("Mul", left, right);
  const late = step("Floor", step("Sub", joined, left));
  b.graph.outputs = [early, late, step("Ceil", step("Max", stem, joined))];
  return b;
}

test("is the order that the runtime itself reports", async () => {
  const { graph } = branches();
  const folder = mkdtempSync(join(tmpdir(), "trainyard-order-"));
  try {
    const session = await InferenceSession.create(writeModel(graph), {
      graphOptimizationLevel: "disabled",
      intraOpNumThreads: 1,
      logSeverityLevel: 3,
      enableProfiling: true,
      profileFilePrefix: join(folder, "run"),
    });
    await session.run({ x: new RuntimeTensor("float32", new Float32Array(16).fill(0.5), [4, 4]) });
    session.endProfiling();
    await session.release();
    const [file = ""] = readdirSync(folder);
    const events = JSON.parse(readFileSync(join(folder, file), "utf8")) as {
      name: string;
      args?: { op_name?: string };
    }[];
    const ran = events.filter(({ name }) => name.endsWith("_kernel_time")).map(({ args }) => args?.op_name);
    expect(runtimeOrder(graph).map(({ op }) => op)).toEqual(ran);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
