import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { EXACT_CLASS, MachineReport } from "@trainyard/protocol";
import { endlessGraph } from "./testing/hostile-graphs";
import { hostileJob } from "./testing/hostile-job";
import { mlpJob } from "./testing/training-job";
import { buildWorker, Workshop } from "./testing/workshop";

const LAUNCHER = fileURLToPath(new URL("../bin/trainyard-worker.mjs", import.meta.url));
const started: ChildProcess[] = [];
let workshop: Workshop;
let dataDirectory: string;

beforeAll(async () => {
  buildWorker();
  workshop = await Workshop.open();
  dataDirectory = join(workshop.folder, "data");
});
afterAll(async () => {
  for (const child of started) child.kill("SIGKILL");
  await workshop.close();
});

/** Starts the program a provider installs, and collects what it prints. */
function start(...args: string[]) {
  const provider = args.includes("--runtime") ? [] : ["--provider", "cpu"];
  const child = spawn(process.execPath, [LAUNCHER, ...args, "--data-dir", dataDirectory, ...provider]);
  started.push(child);
  const printed = { out: "", error: "" };
  child.stdout.on("data", (chunk) => (printed.out += String(chunk)));
  child.stderr.on("data", (chunk) => (printed.error += String(chunk)));
  const exit = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { child, printed, exit };
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (const deadline = Date.now() + 20_000; !condition();) {
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it("joins, trains, and gives its work back when asked to stop", { timeout: 40_000 }, async () => {
  const { gateway } = workshop;
  gateway.post({ jobId: "job_cli", spec: mlpJob(gateway, { stepsPerSegment: 10, segmentCount: 2 }) });
  const worker = start("join", "--url", workshop.url, "--token", gateway.joinToken, "--name", "box");
  await until(() => gateway.commits.length === 2, `two commits; printed: ${worker.printed.error}`);
  gateway.heartbeats.length = 0;
  gateway.post({ jobId: "job_endless", spec: hostileJob(gateway, endlessGraph()) });
  await until(() => gateway.heartbeats.length > 0, "a heartbeat of the endless segment");
  worker.child.kill("SIGTERM");
  expect(await worker.exit).toBe(0);
  expect(gateway.failures).toMatchObject([{ code: "shutting-down" }]);
  expect(worker.printed.error).toBe("");
  expect(worker.printed.out).toMatch(/^\d\d:\d\d:\d\d {2}box works for Test yard at http/m);
  expect(worker.printed.out).toMatch(/^\d\d:\d\d:\d\d {2}segment 1 of job_cli: 10 steps in .*, committed$/m);
  expect(existsSync(join(dataDirectory, "worker.lock"))).toBe(false);
});

it(
  "runs again with the stored identity, and gets work back that a killed worker held",
  { timeout: 40_000 },
  async () => {
    const { gateway } = workshop;
    gateway.commits.length = 0;
    gateway.post({ jobId: "job_again", spec: mlpJob(gateway, { stepsPerSegment: 20_000, segmentCount: 1 }) });
    const first = start("run", "--json");
    await until(
      () => gateway.heartbeats.some((beat) => beat.stepsDone > 10),
      `progress; printed: ${first.printed.error}`,
    );
    first.child.kill("SIGKILL");
    await first.exit;
    const second = start("run", "--json");
    await until(() => second.printed.out.includes("committed"), `the commit; printed: ${second.printed.error}`);
    second.child.kill("SIGINT");
    expect(await second.exit).toBe(0);
    const events = second.printed.out
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { event: string }).event);
    expect(events).toEqual(["measuring", "measured", "ready", "committed", "stopping", "stopped"]);
  },
);

it("reports what the machine can do", { timeout: 30_000 }, async () => {
  const doctor = start("doctor", "--json");
  expect(await doctor.exit).toBe(0);
  const report = MachineReport.parse((JSON.parse(doctor.printed.out) as { report: unknown }).report);
  expect(report.provider).toBe("cpu");
  expect(report.flopsPerSecond.native).toBeGreaterThan(1e8);
  expect(report.flopsPerSecond.exact).toBeGreaterThan(1e8);
  expect(report.providers.map((provider) => provider.name)).toEqual(["cpu", "webgpu", "cuda"]);
});

it("reports a machine of ONNX Runtime Web as one for exact jobs only", { timeout: 30_000 }, async () => {
  const doctor = start("doctor", "--json", "--runtime", "wasm");
  expect(await doctor.exit).toBe(0);
  const report = MachineReport.parse((JSON.parse(doctor.printed.out) as { report: unknown }).report);
  expect(report).toMatchObject({ provider: "wasm", numericClass: EXACT_CLASS, flopsPerSecond: { native: null } });
  expect(report.flopsPerSecond.exact).toBeGreaterThan(1e8);
  expect(report.memoryBytes).toBeLessThanOrEqual(4 * 1024 ** 3);
  expect(report.runtimeVersion).toMatch(/^onnxruntime-web \d/);
});

it("says in one sentence why it cannot start", async () => {
  const refused = start("join", "--url", workshop.url);
  expect(await refused.exit).toBe(1);
  expect(refused.printed.error).toMatch(/^join needs --token/);
  expect(readFileSync(LAUNCHER, "utf8")).toContain("npm run build -w worker");
});
