import { text } from "node:stream/consumers";
import { EXACT_CLASS, Receipt } from "@trainyard/protocol";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { openDeliverable, postJob, readJob } from "@/modules/settlement";
import { buildWorker } from "../../worker/src/testing/workshop";
import { Platform, until } from "../support/platform";

let platform: Platform;

describe("an exact job", { timeout: 180_000 }, () => {
  beforeAll(buildWorker);
  afterEach(() => platform.close());

  it("trained by ONNX Runtime is confirmed to the bit by ONNX Runtime Web", async () => {
    platform = await Platform.open();
    await platform.startWorker("northwind", 1_000_000n);
    await platform.startWorker("fabrikam", null, "wasm");
    const buyer = platform.as("buyer", "engineer");
    const { jobId } = await postJob(buyer, {
      source: { kind: "template", template: "mnist-mlp" },
      training: { engine: "exact", batchSize: 32, totalSteps: 60, stepsPerSegment: 20 },
      ...{ name: "exact digits", limitMicros: 5_000_000n, idempotencyKey: "exact-everywhere" },
    });
    const first = await until("the first audit", async () => {
      const segment = (await readJob(buyer, { jobId })).segments.find(({ audits }) => audits[0]?.finishedAt != null);
      return segment ?? null;
    });
    expect(first).toMatchObject({
      machineName: "northwind-1",
      audits: [{ machineName: "fabrikam-1", state: "agreed" }],
    });
    const job = await platform.ended(jobId);
    expect(job).toMatchObject({ state: "completed", counts: { verified: 3, audited: 3, void: 0 } });
    const { stream } = await openDeliverable(buyer, { jobId, kind: "receipt" });
    const receipt = Receipt.parse(JSON.parse(await text(stream)));
    expect(receipt.spec.engine).toEqual({ kind: "exact", slices: 2 });
    expect(new Set(receipt.segments.map(({ claim }) => claim.numericClass))).toEqual(new Set([EXACT_CLASS]));
    for (const { commitment, audits } of receipt.segments)
      expect(audits.map((audit) => audit.commitment)).toEqual([commitment]);
  });
});
