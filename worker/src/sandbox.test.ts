import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Lease } from "@trainyard/protocol";
import { runInSandbox } from "./sandbox";
import { endlessGraph, fileReadingGraph, notFiniteGraph } from "./testing/hostile-graphs";
import { hostileJob } from "./testing/hostile-job";
import { buildWorker, Workshop } from "./testing/workshop";

const MEBIBYTE = 1024 ** 2;
const LIMITS = { wallClockMs: 20_000, memoryBytes: 1024 * MEBIBYTE };
let workshop: Workshop;
let machine: Awaited<ReturnType<Workshop["machine"]>>;

beforeAll(async () => {
  buildWorker();
  workshop = await Workshop.open();
  machine = await workshop.machine("worker");
}, 30_000);
afterAll(() => workshop.close());

async function failureOf(segmentModel: Uint8Array, limits: Partial<Lease["limits"]> = {}) {
  const { gateway } = workshop;
  gateway.failures.length = 0;
  gateway.heartbeats.length = 0;
  gateway.post({ jobId: "job_hostile", spec: hostileJob(gateway, segmentModel), limits });
  await workshop.work(machine, (outcomes) => outcomes.length === 1);
  return gateway.failures[0];
}

describe("what the process can see", () => {
  const inspect = (readPaths: string[]) =>
    runInSandbox(
      machine.sandbox,
      () => ({ kind: "inspect" as const, readPaths }),
      { limits: LIMITS },
      async ({ result }) => result,
    );

  it("starts without this process's environment, in an empty folder that is removed after", async () => {
    const result = await inspect([]);
    expect(result.environment.filter((name) => name !== "PWD")).toEqual([
      "ORT_DISABLE_TELEMETRY",
      "MALLOC_MMAP_THRESHOLD_",
    ]);
    expect(result.workingDirectory).toEqual([]);
    expect(readdirSync(machine.directory.scratch)).toEqual([]);
  });

  it("says what it found, so that the test above can fail", async () => {
    const file = join(workshop.folder, "readable");
    writeFileSync(file, "x");
    const open = { ...machine.sandbox, confinement: { ...machine.sandbox.confinement, bwrap: null } };
    const task = { kind: "inspect" as const, readPaths: [file, `${file}-missing`] };
    const readable = await runInSandbox(
      open,
      () => task,
      { limits: LIMITS },
      async ({ result }) => result.readable,
    );
    expect(readable).toEqual([file]);
  });

  it("sees neither files nor network under bubblewrap", async (test) => {
    if (machine.sandbox.confinement.level !== "full") return test.skip("bubblewrap does not work on this machine");
    const secret = join(workshop.folder, "secret");
    writeFileSync(secret, "x");
    const result = await inspect([secret, "/etc/passwd", join(machine.directory.root, "machine-key.pem")]);
    expect(result.readable).toEqual([]);
    expect(result.networkInterfaces).toEqual([]);
  });
});

describe("hostile segments", () => {
  it("kills an endless segment at its wall clock while heartbeats go on", async () => {
    const failure = await failureOf(endlessGraph(), { wallClockMs: 2_500 });
    expect(failure).toMatchObject({ code: "wall-clock" });
    expect(workshop.gateway.heartbeats.length).toBeGreaterThanOrEqual(10);
  });

  it("kills a segment that holds more memory than its lease allows", async () => {
    const failure = await failureOf(endlessGraph(100 * MEBIBYTE), { memoryBytes: 400 * MEBIBYTE });
    expect(failure?.code).toBe("out-of-memory");
    expect(failure?.message).toMatch(/its limit is 400 MiB/);
  });

  it("refuses an allocation that no sampling would catch in time", async (test) => {
    if (machine.sandbox.confinement.prlimit === null) return test.skip("prlimit is not on this machine");
    const failure = await failureOf(endlessGraph(4096 * MEBIBYTE), { memoryBytes: 400 * MEBIBYTE });
    expect(failure?.code).toBe("out-of-memory");
  });

  it.each([".env", "../../.env"])("lets no graph read the file %s of the worker", async (location) => {
    const secret = "SECRETSECRET";
    for (const folder of [machine.directory.root, machine.directory.scratch])
      writeFileSync(join(folder, ".env"), secret);
    const failure = await failureOf(fileReadingGraph(location, secret.length / 4));
    expect(failure).toMatchObject({ code: "unsupported" });
    expect(failure?.message).not.toContain("SECRET");
  });

  it("names the step whose loss is not a number", async () => {
    const failure = await failureOf(notFiniteGraph());
    expect(failure).toMatchObject({ code: "not-finite" });
    expect(failure?.message).toContain("step 0");
  });

  it("calls a file that is no graph unsupported", async () => {
    expect(await failureOf(Buffer.from("no graph at all"))).toMatchObject({ code: "unsupported" });
  });
});

describe("processes that die", () => {
  it("reports a process that could not be started", async () => {
    const sandbox = { ...machine.sandbox, childPath: join(workshop.folder, "absent", "dist", "child.js") };
    mkdirSync(join(workshop.folder, "absent"), { recursive: true });
    const confinement = { ...sandbox.confinement, bwrap: null };
    const run = runInSandbox(
      { ...sandbox, confinement },
      () => ({ kind: "inspect" as const, readPaths: [] }),
      { limits: LIMITS },
      async () => 1,
    );
    await expect(run).rejects.toMatchObject({ code: "crashed" });
    expect(existsSync(machine.directory.scratch)).toBe(true);
  });

  it("gives work back as crashed when the process is killed, and goes on", async () => {
    const { gateway } = workshop;
    gateway.failures.length = 0;
    gateway.post({ jobId: "job_killed", spec: hostileJob(gateway, endlessGraph()), limits: { wallClockMs: 1_500 } });
    let killed = false;
    const outcomes = await workshop.work(
      machine,
      (all) => all.length === 2,
      (pid) => {
        if (!killed) setTimeout(() => process.kill(pid, "SIGKILL"), 700);
        killed = true;
      },
    );
    expect(outcomes).toEqual(["failed", "failed"]);
    expect(gateway.failures.map((failure) => failure.code)).toEqual(["crashed", "wall-clock"]);
  });
});
