import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listOffers } from "@/modules/market";
import { postJob, quoteJob, runMarket, sweepLeases } from "@/modules/settlement";
import type { JoinedMachine } from "../support/join-machine";
import { askForWork, execute, offerMachine, openAuditOf } from "../support/leased-work";
import { Platform } from "../support/platform";

const NUMERIC_CLASS = "0".repeat(64);
let platform: Platform;

/** A provider's machine made by hand, matched to a job of its own that waits for its first segment. */
async function matchedMachine(provider: "northwind" | "fabrikam"): Promise<JoinedMachine> {
  const machine = await offerMachine(platform, provider, { numericClass: NUMERIC_CLASS });
  const buyer = platform.as("buyer", "engineer");
  const source = { kind: "template" as const, template: "mnist-mlp" as const };
  const { suggestedLimitMicros } = await quoteJob(buyer, { source });
  const limitMicros = suggestedLimitMicros ?? 0n;
  await postJob(buyer, { source, name: provider, limitMicros, idempotencyKey: `lease-test-${provider}` });
  await runMarket(platform.asTask());
  return machine;
}

const ask = (machine: JoinedMachine) => askForWork(machine, NUMERIC_CLASS);

describe("a machine that asks for work", { timeout: 60_000 }, () => {
  beforeEach(async () => {
    platform = await Platform.open({ tasks: false });
  });
  afterEach(() => platform.close());

  it("gets nothing, not even an audit, while its expired lease waits for the sweep, and work again after it", async () => {
    const [machine, other] = [await matchedMachine("northwind"), await matchedMachine("fabrikam")];
    const first = await ask(machine);
    await openAuditOf(platform, other, (await ask(other))?.jobId ?? "");
    await execute(platform, `UPDATE lease SET "expiresAt" = now() - interval '1 second' WHERE id = $1`, [
      first?.leaseId,
    ]);
    expect(await ask(machine)).toBeNull();
    expect(await sweepLeases(platform.asTask())).toBeGreaterThanOrEqual(1);
    const second = await ask(machine);
    expect(second?.jobId).not.toBe(first?.jobId);
    expect(BigInt(second?.token ?? 0)).toBeGreaterThan(BigInt(first?.token ?? 0));
  });

  it("has an offer that says what its match pays and in what", async () => {
    const machine = await matchedMachine("northwind");
    const match = async () => (await listOffers(platform.as("northwind")))[0]?.activeMatch;
    const lease = await ask(machine);
    expect(await match()).toMatchObject({ jobId: lease?.jobId, asset: "USD" });
    expect((await match())?.pricePerSegmentMicros).toBeGreaterThan(0n);
    await execute(platform, `UPDATE job SET rail = 'usdc'`);
    expect(await match()).toMatchObject({ asset: "USDC" });
  });

  it("holds one lease however many of its questions are under way at once", async () => {
    const machine = await matchedMachine("northwind");
    const leases = await Promise.all(Array.from({ length: 6 }, () => ask(machine)));
    expect(new Set(leases.map((lease) => lease?.leaseId)).size).toBe(1);
    expect(new Set(leases.map((lease) => lease?.token)).size).toBe(6);
  });
});
