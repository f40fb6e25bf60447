import { EXACT_CLASS, type EngineKind } from "@trainyard/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listEvents } from "@/modules/jobs";
import { postJob, quoteJob, readJob, runMarket, sweepLeases } from "@/modules/settlement";
import { handMadeReport } from "../support/join-machine";
import { askForWork, execute, offerMachine, openAuditOf } from "../support/leased-work";
import { Platform } from "../support/platform";

const SOURCE = { kind: "template", template: "mnist-mlp" } as const;
const [CLASS_A, CLASS_B] = ["a".repeat(64), "b".repeat(64)];
const IN_WASM = { numericClass: EXACT_CLASS, flopsPerSecond: { native: null, exact: 1e10 } };

let platform: Platform;

/** Posts a job of an engine for ten dollars, which is more than any machine here asks, and clears the market. */
async function post(engine: EngineKind): Promise<string> {
  const asked = { source: SOURCE, training: { engine }, name: engine, idempotencyKey: `engines-${engine}` };
  const { jobId } = await postJob(platform.as("buyer", "engineer"), { ...asked, limitMicros: 10_000_000n });
  await runMarket(platform.asTask());
  return jobId;
}

async function logOf(jobId: string): Promise<string> {
  const events = await listEvents(platform.as("buyer"), { jobId });
  return JSON.stringify(events);
}

describe("the engine of a job", { timeout: 60_000 }, () => {
  beforeEach(async () => {
    platform = await Platform.open({ tasks: false });
  });
  afterEach(() => platform.close());

  it("decides which machines get it: one of ONNX Runtime Web gets exact jobs and never a native one", async () => {
    const machine = await offerMachine(platform, "northwind", IN_WASM);
    const native = await post("native");
    expect(await askForWork(machine, EXACT_CLASS)).toBeNull();
    expect(await logOf(native)).toContain("Of 1 free machines, 1 run exact jobs only.");
    const exact = await post("exact");
    expect(await askForWork(machine, EXACT_CLASS)).toMatchObject({
      jobId: exact,
      spec: { engine: { kind: "exact", slices: 2 } },
    });
    expect((await readJob(platform.as("buyer"), { jobId: exact })).choices.training.engine).toBe("exact");
  });

  it("is not the machine's own choice: without an exact speed it gets native jobs only", async () => {
    const made = { numericClass: CLASS_A, flopsPerSecond: { native: 1e10, exact: null } };
    const machine = await offerMachine(platform, "northwind", made);
    const exact = await post("exact");
    expect(await askForWork(machine, CLASS_A)).toBeNull();
    expect(await logOf(exact)).toContain("1 run no exact jobs");
    const native = await post("native");
    expect(await askForWork(machine, CLASS_A)).toMatchObject({ jobId: native, spec: { engine: { kind: "native" } } });
  });

  it.each([
    ["exact", true],
    ["native", false],
  ] as const)("decides who audits: %s work goes to a machine of another numeric class: %s", async (engine, goes) => {
    const worker = await offerMachine(platform, "northwind", { numericClass: CLASS_A });
    const jobId = await post(engine);
    expect(await askForWork(worker, CLASS_A)).toMatchObject({ jobId });
    await openAuditOf(platform, worker, jobId);
    const other = await offerMachine(platform, "fabrikam", { numericClass: CLASS_B });
    expect((await askForWork(other, CLASS_B))?.jobId ?? null).toBe(goes ? jobId : null);
    await execute(platform, 'UPDATE audit SET state = \'open\', "machineId" = NULL, "organisationId" = NULL');
    await execute(platform, "UPDATE lease SET state = 'released' WHERE \"machineId\" = $1", [other.machineId]);
    expect(await askForWork(other, CLASS_A)).toMatchObject({ jobId });
  });

  it("keeps audits of native work from a machine of ONNX Runtime Web, whatever class it names", async () => {
    const worker = await offerMachine(platform, "northwind", { numericClass: CLASS_A });
    const jobId = await post("native");
    expect(await askForWork(worker, CLASS_A)).toMatchObject({ jobId });
    await openAuditOf(platform, worker, jobId);
    const machine = await offerMachine(platform, "fabrikam", IN_WASM);
    expect(await askForWork(machine, CLASS_A)).toBeNull();
    expect(await askForWork(machine, EXACT_CLASS)).toBeNull();
  });

  it("goes with the work when a machine comes back without it", async () => {
    const machine = await offerMachine(platform, "northwind", { numericClass: CLASS_A });
    const jobId = await post("native");
    const lease = await askForWork(machine, CLASS_A);
    expect(lease).toMatchObject({ jobId });
    await machine.client.report({ report: handMadeReport(IN_WASM) });
    expect(await askForWork(machine, EXACT_CLASS)).toBeNull();
    await execute(platform, `UPDATE lease SET "expiresAt" = now() - interval '1 second' WHERE id = $1`, [
      lease?.leaseId,
    ]);
    expect(await sweepLeases(platform.asTask())).toBe(1);
    await runMarket(platform.asTask());
    expect(await askForWork(machine, EXACT_CLASS)).toBeNull();
  });

  it("takes a match from a machine that comes back without it before it has begun", async () => {
    const machine = await offerMachine(platform, "northwind", { numericClass: CLASS_A });
    const jobId = await post("native");
    await machine.client.report({ report: handMadeReport(IN_WASM) });
    expect(await askForWork(machine, EXACT_CLASS)).toBeNull();
    expect(await sweepLeases(platform.asTask())).toBe(1);
    expect(await logOf(jobId)).toContain("The machine no longer runs jobs of this engine.");
  });

  it("has its price and its time in every quote, beside those of the other", async () => {
    await offerMachine(platform, "northwind", { numericClass: CLASS_A });
    await offerMachine(platform, "fabrikam", IN_WASM);
    const buyer = platform.as("buyer", "engineer");
    const native = await quoteJob(buyer, { source: SOURCE });
    const exact = await quoteJob(buyer, { source: SOURCE, training: { engine: "exact" } });
    expect(native).toMatchObject({ training: { engine: "native" }, qualifyingMachines: 1 });
    expect(native.exclusions).toContainEqual({ reason: "runs exact jobs only", count: 1 });
    expect(exact).toMatchObject({ training: { engine: "exact" }, qualifyingMachines: 2 });
    for (const [quote, other] of [
      [native, exact],
      [exact, native],
    ] as const) {
      const { training, price, etaSeconds, qualifyingMachines } = other;
      expect(quote.otherEngine).toEqual({
        engine: training.engine,
        price,
        etaSeconds,
        qualifyingMachines,
        refusal: null,
      });
    }
    expect(exact.etaSeconds).toBeGreaterThan(native.etaSeconds ?? Infinity);
  });
});
