import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createJoinToken } from "@/modules/identity";
import { listOffers, setOffer } from "@/modules/market";
import { postJob, quoteJob, runMarket, sweepLeases } from "@/modules/settlement";
import { openAudit } from "@/modules/verification";
import { joinMachineByHand, type JoinedMachine } from "../support/join-machine";
import { Platform } from "../support/platform";

const NUMERIC_CLASS = "0".repeat(64);
let platform: Platform;

/** A provider's machine made by hand, matched to a job of its own that waits for its first segment. */
async function matchedMachine(provider: "northwind" | "fabrikam"): Promise<JoinedMachine> {
  const { joinToken } = await createJoinToken(platform.as(provider));
  const facts = { folder: platform.folder, name: provider, joinToken, numericClass: NUMERIC_CLASS };
  const machine = await joinMachineByHand(platform.gatewayUrl, facts);
  const offer = { machineId: machine.machineId, floorMicrosPerHour: 1_000_000n, state: "active" as const };
  await setOffer(platform.as(provider), offer);
  const buyer = platform.as("buyer", "engineer");
  const source = { kind: "template" as const, template: "mnist-mlp" as const };
  const { suggestedLimitMicros } = await quoteJob(buyer, { source });
  const limitMicros = suggestedLimitMicros ?? 0n;
  await postJob(buyer, { source, name: provider, limitMicros, idempotencyKey: `lease-test-${provider}` });
  await runMarket(platform.asTask());
  return machine;
}

async function ask({ client }: JoinedMachine) {
  const { lease } = await client.lease({ numericClass: NUMERIC_CLASS, waitMs: 0 }, new AbortController().signal);
  return lease;
}

async function sql(text: string, values: unknown[] = []): Promise<{ id: string }[]> {
  const client = new pg.Client({ connectionString: platform.databaseUrl });
  await client.connect();
  try {
    return (await client.query<{ id: string }>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** Puts an audit of a machine's leased segment on offer. The claim is a stand-in: only that there is work matters here. */
async function openAuditOf({ machineId }: JoinedMachine, jobId: string): Promise<void> {
  const [segment] = await sql(
    `UPDATE segment SET state = 'committed', commitment = $2, signature = $2, "stateRoot" = $2, "stateBlob" = $2,
       losses = '', drawn = true WHERE "machineId" = $1 RETURNING id`,
    [machineId, "f".repeat(64)],
  );
  await sql(`UPDATE lease SET state = 'committed' WHERE "machineId" = $1`, [machineId]);
  const audit = { jobId, segmentId: segment?.id ?? "", cause: "draw" as const, ordinal: 0 };
  await platform.services.database.transaction((tx) => openAudit(tx, platform.services.clock, audit));
}

describe("a machine that asks for work", { timeout: 60_000 }, () => {
  beforeEach(async () => {
    platform = await Platform.open({ tasks: false });
  });
  afterEach(() => platform.close());

  it("gets nothing, not even an audit, while its expired lease waits for the sweep, and work again after it", async () => {
    const [machine, other] = [await matchedMachine("northwind"), await matchedMachine("fabrikam")];
    const first = await ask(machine);
    await openAuditOf(other, (await ask(other))?.jobId ?? "");
    await sql(`UPDATE lease SET "expiresAt" = now() - interval '1 second' WHERE id = $1`, [first?.leaseId]);
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
    await sql(`UPDATE job SET rail = 'usdc'`);
    expect(await match()).toMatchObject({ asset: "USDC" });
  });

  it("holds one lease however many of its questions are under way at once", async () => {
    const machine = await matchedMachine("northwind");
    const leases = await Promise.all(Array.from({ length: 6 }, () => ask(machine)));
    expect(new Set(leases.map((lease) => lease?.leaseId)).size).toBe(1);
    expect(new Set(leases.map((lease) => lease?.token)).size).toBe(6);
  });
});
