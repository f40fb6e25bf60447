import { EXACT_CLASS } from "@trainyard/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endlessGraph } from "./testing/hostile-graphs";
import { hostileJob } from "./testing/hostile-job";
import { gptJob, mlpJob } from "./testing/training-job";
import { buildWorker, Workshop } from "./testing/workshop";

const MEBIBYTE = 1024 ** 2;
let workshop: Workshop;
let machine: Awaited<ReturnType<Workshop["machine"]>>;

beforeAll(async () => {
  buildWorker();
  workshop = await Workshop.open();
  machine = await workshop.machine("browser", "wasm");
}, 30_000);
afterAll(() => workshop.close());

describe("a machine that runs ONNX Runtime Web", () => {
  it.each([
    ["a classifier", mlpJob],
    ["a language model", gptJob],
  ])("trains %s under a lease's limits and commits to the class of all exact jobs", async (_what, makeJob) => {
    const { gateway } = workshop;
    gateway.commits.length = 0;
    const shape = { stepsPerSegment: 40, segmentCount: 2, engine: "exact" } as const;
    gateway.post({ jobId: "job_exact", spec: makeJob(gateway, shape) });
    expect(await workshop.work(machine, (all) => all.length === 2)).toEqual(["committed", "committed"]);
    expect(gateway.refusals).toEqual([]);
    expect(gateway.commits.map((commit) => commit.claim.numericClass)).toEqual([EXACT_CLASS, EXACT_CLASS]);
    const losses = gateway.commits.map((commit) => Buffer.from(commit.losses, "base64"));
    expect(losses[1]?.readFloatLE(39 * 4)).toBeLessThan(losses[0]?.readFloatLE(0) ?? 0);
    for (const { peakMemoryBytes } of gateway.commits) expect(peakMemoryBytes).toBeLessThan(400 * MEBIBYTE);
  });

  it("gives a native job back", async () => {
    expect(await failureOf("native", endlessGraph())).toEqual({
      code: "unsupported",
      message: "ONNX Runtime Web runs exact jobs only, and this job is native.",
    });
  });

  it("is stopped at its wall clock and at its memory", async () => {
    expect(await failureOf("exact", endlessGraph(), { wallClockMs: 2_500 })).toMatchObject({ code: "wall-clock" });
    const memory = { memoryBytes: 500 * MEBIBYTE };
    expect(await failureOf("exact", endlessGraph(150 * MEBIBYTE), memory)).toMatchObject({ code: "out-of-memory" });
  });

  it("is out of memory where a tensor is larger than 32-bit addresses reach", async () => {
    const memory = { memoryBytes: 8192 * MEBIBYTE };
    expect(await failureOf("exact", endlessGraph(1100 * MEBIBYTE), memory)).toMatchObject({ code: "out-of-memory" });
  });
});

async function failureOf(engine: "native" | "exact", model: Uint8Array, limits = {}) {
  const { gateway } = workshop;
  gateway.failures.length = 0;
  gateway.post({ jobId: "job_hostile", spec: hostileJob(gateway, model, engine), limits });
  await workshop.work(machine, (outcomes) => outcomes.length === 1);
  const { code, message } = gateway.failures[0] ?? {};
  return { code, message };
}
