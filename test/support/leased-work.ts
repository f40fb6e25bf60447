import pg from "pg";
import type { Lease } from "@trainyard/protocol";
import { createJoinToken, type DemoOrganisationKey } from "@/modules/identity";
import { setOffer } from "@/modules/market";
import { openAudit } from "@/modules/verification";
import { joinMachineByHand, type HandMade, type JoinedMachine } from "./join-machine";
import type { Platform } from "./platform";

/** Joins a provider's machine made by hand and offers it. */
export async function offerMachine(
  platform: Platform,
  provider: DemoOrganisationKey,
  made: HandMade,
): Promise<JoinedMachine> {
  const { joinToken } = await createJoinToken(platform.as(provider));
  const facts = { ...made, folder: platform.folder, name: provider, joinToken };
  const machine = await joinMachineByHand(platform.gatewayUrl, facts);
  const offer = { machineId: machine.machineId, floorMicrosPerHour: 1_000_000n, state: "active" as const };
  await setOffer(platform.as(provider), offer);
  return machine;
}

/** What the gateway has for a machine right now. */
export async function askForWork({ client }: JoinedMachine, numericClass: string): Promise<Lease | null> {
  const { lease } = await client.lease({ numericClass, waitMs: 0 }, new AbortController().signal);
  return lease;
}

/** Runs a statement on the platform's database, past every module. */
export async function execute(platform: Platform, text: string, values: unknown[] = []): Promise<{ id: string }[]> {
  const client = new pg.Client({ connectionString: platform.databaseUrl });
  await client.connect();
  try {
    return (await client.query<{ id: string }>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** Puts an audit of a machine's leased segment on offer. The claim is a stand-in: only that there is work matters here. */
export async function openAuditOf(platform: Platform, { machineId }: JoinedMachine, jobId: string): Promise<void> {
  const [segment] = await execute(
    platform,
    `UPDATE segment SET state = 'committed', commitment = $2, signature = $2, "stateRoot" = $2, "stateBlob" = $2,
       losses = '', drawn = true WHERE "machineId" = $1 RETURNING id`,
    [machineId, "f".repeat(64)],
  );
  await execute(platform, `UPDATE lease SET state = 'committed' WHERE "machineId" = $1`, [machineId]);
  const audit = { jobId, segmentId: segment?.id ?? "", cause: "draw" as const, ordinal: 0 };
  await platform.services.database.transaction((tx) => openAudit(tx, platform.services.clock, audit));
}
