import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { decodeSafetensors, stateRoot, trainingBatches, type JobSpec, type NamedTensor } from "@trainyard/protocol";
import { gptJob, mlpJob } from "./testing/training-job";
import { buildWorker, Workshop } from "./testing/workshop";

let workshop: Workshop;
let machine: Awaited<ReturnType<Workshop["machine"]>>;

beforeAll(async () => {
  vi.stubEnv("ORT_DISABLE_TELEMETRY", "1");
  buildWorker();
  workshop = await Workshop.open();
  machine = await workshop.machine("first");
}, 30_000);
afterAll(() => workshop.close());

function floats(base64: string): number[] {
  const bytes = Buffer.from(base64, "base64");
  return Array.from({ length: bytes.byteLength / 4 }, (_, i) => bytes.readFloatLE(i * 4));
}

/** All steps of a job in one run of one session: no chunks, no segments, no files in between. */
async function trainAtOnce(spec: JobSpec): Promise<{ state: NamedTensor[]; losses: number[] }> {
  const { fromRuntimeTensor, openSession, toRuntimeTensor } = await import("./session");
  const read = (hash: string): Uint8Array => Uint8Array.from(workshop.gateway.blob(hash));
  const steps = spec.stepsPerSegment * spec.segmentCount;
  const session = await openSession(read(spec.segmentModel), spec.engine, "cpu");
  const tensors: NamedTensor[] = [
    ...decodeSafetensors(read(spec.initialState)),
    ...trainingBatches(spec, read, 0, steps),
    { name: "schedule", dtype: "float32", shape: [steps, spec.scheduleWidth], data: read(spec.schedule) },
    { name: "steps", dtype: "int64", shape: [], data: new Uint8Array(BigInt64Array.of(BigInt(steps)).buffer) },
  ];
  const outputs = await session.run(new Map(tensors.map((tensor) => [tensor.name, toRuntimeTensor(tensor)])));
  const state = [...outputs]
    .filter(([name]) => name.startsWith("next."))
    .map(([name, tensor]) => fromRuntimeTensor(name.slice(5), tensor));
  return { state, losses: Array.from(outputs.get("loss")?.data as Float32Array) };
}

describe("a whole job", () => {
  it("gives, segment by segment, the bits of one uninterrupted run", async () => {
    const { gateway } = workshop;
    const spec = mlpJob(gateway, { stepsPerSegment: 40, segmentCount: 3 });
    gateway.post({ jobId: "job_mlp", spec });
    const outcomes = await workshop.work(machine, (all) => all.length === 3);
    expect(gateway.refusals).toEqual([]);
    expect(outcomes).toEqual(["committed", "committed", "committed"]);
    const whole = await trainAtOnce(spec);
    const last = gateway.commits.at(-1);
    expect(last?.stateRoot).toBe(stateRoot(whole.state));
    expect(gateway.commits.flatMap((commit) => floats(commit.losses))).toEqual(whole.losses);
    expect(whole.losses.at(-1)).toBeLessThan((whole.losses[0] ?? 0) / 2);
    const [lossSum = NaN, correct = NaN, weight] = floats(last?.evaluation ?? "");
    expect(weight).toBe(41);
    expect(correct).toBeGreaterThan(30);
    expect(lossSum / 41).toBeLessThan(0.6);
    expect(workshop.lines.join("")).toMatch(
      /segment 2 of job_mlp: 40 steps in \d+\.\d\d s, loss \d\.\d{3}, committed\n/,
    );
  });

  it("gives another machine the same commitments", async () => {
    const { gateway } = workshop;
    const spec = mlpJob(gateway, { stepsPerSegment: 33, segmentCount: 2 });
    const commitments = async (name: string): Promise<string[]> => {
      gateway.commits.length = 0;
      gateway.post({ jobId: "job_twice", spec });
      await workshop.work(await workshop.machine(name), (all) => all.length === 2);
      return gateway.commits.map((commit) => commit.commitment);
    };
    const first = await commitments("second");
    expect(first).toHaveLength(2);
    expect(await commitments("third")).toEqual(first);
  });

  it("trains a language model on a token stream and counts every token once", async () => {
    const { gateway } = workshop;
    gateway.commits.length = 0;
    gateway.post({ jobId: "job_gpt", spec: gptJob(gateway, { stepsPerSegment: 12, segmentCount: 1 }) });
    expect(await workshop.work(machine, (all) => all.length === 1)).toEqual(["committed"]);
    const [commit] = gateway.commits;
    const [, , weight] = floats(commit?.evaluation ?? "");
    // 83 tokens hold 75 windows with a next token each, so 9 disjoint ones of 8 tokens.
    expect(weight).toBe(72);
    expect(commit?.peakMemoryBytes).toBeGreaterThan(30_000_000);
  });

  it("streams the losses with heartbeats while a segment runs", async () => {
    const { gateway } = workshop;
    gateway.commits.length = 0;
    gateway.heartbeats.length = 0;
    gateway.post({ jobId: "job_long", spec: mlpJob(gateway, { stepsPerSegment: 20_000, segmentCount: 1 }) });
    await workshop.work(machine, (all) => all.length === 1);
    const streamed = gateway.heartbeats.flatMap((beat) => floats(beat.losses));
    const committed = floats(gateway.commits[0]?.losses ?? "");
    expect(committed).toHaveLength(20_000);
    expect(streamed.length).toBeGreaterThan(100);
    expect(streamed).toEqual(committed.slice(0, streamed.length));
    let next = 0;
    for (const beat of gateway.heartbeats) {
      expect(beat.lossesFrom).toBe(next);
      next += floats(beat.losses).length;
    }
  });
});

describe("what a worker will not do", () => {
  it("trains on no blob whose bytes are not the named ones", async () => {
    const { gateway } = workshop;
    const spec = mlpJob(gateway, { stepsPerSegment: 7, segmentCount: 1 });
    gateway.failures.length = 0;
    gateway.corrupted.add(spec.schedule);
    gateway.post({ jobId: "job_corrupt", spec });
    await workshop.work(await workshop.machine("fourth"), (all) => all.length === 1);
    expect(gateway.failures).toMatchObject([{ code: "bad-blob" }]);
    expect(gateway.failures[0]?.message).toContain(spec.schedule);
    gateway.corrupted.clear();
  });

  it("drops the work, commits nothing and asks again when its token is overtaken", async () => {
    const { gateway } = workshop;
    gateway.commits.length = 0;
    gateway.failures.length = 0;
    gateway.post({ jobId: "job_fenced", spec: mlpJob(gateway, { stepsPerSegment: 30_000, segmentCount: 1 }) });
    let fences = 0;
    const outcomes = await workshop.work(
      machine,
      (all) => all.includes("committed"),
      () => {
        if (fences++ === 0) setTimeout(() => gateway.fence(), 500);
      },
    );
    expect(outcomes).toEqual(["dropped", "committed"]);
    expect(gateway.commits).toHaveLength(1);
    expect(gateway.failures).toEqual([]);
  });

  it("gives up on no outage that passes", async () => {
    const { gateway } = workshop;
    gateway.commits.length = 0;
    gateway.post({ jobId: "job_outage", spec: mlpJob(gateway, { stepsPerSegment: 5, segmentCount: 1 }) });
    const outcomes = await workshop.work(
      machine,
      (all) => all.length === 1,
      () => (gateway.outages = 2),
    );
    expect(outcomes).toEqual(["committed"]);
  });
});
