import { afterAll, beforeAll, expect, test } from "vitest";
import { listIncidents } from "@/modules/escrow";
import { heldForJob } from "@/modules/ledger";
import { ChainYard } from "../support/chain-yard";

const USDC = 1_000_000n;
let yard: ChainYard;
beforeAll(async () => {
  yard = await ChainYard.open({ slotsInEpoch: 4 });
  await yard.fundBuyer(1_000_000n * USDC);
});
afterAll(() => yard.close());

const held = (jobId: string): Promise<bigint> => heldForJob(yard.database.reader, jobId, "USDC");

test("C1: a deposit that is reorganised away is never credited, and one that comes back is credited once", async () => {
  const gone = await yard.order(10n * USDC);
  const back = await yard.order(20n * USDC);
  await yard.watch();
  await yard.escrow("buyer", "deposit", [gone.terms]);
  await yard.escrow("buyer", "deposit", [back.terms]);
  expect((await yard.watch()).state).toBe("current");
  expect(await held(gone.jobId)).toBe(0n);
  await yard.anvil.rpc("anvil_reorg", 2, []);
  await yard.watch();
  await yard.escrow("buyer", "deposit", [back.terms]);
  await yard.mine(12);
  await yard.watch();
  expect(await held(gone.jobId)).toBe(0n);
  expect(await held(back.jobId)).toBe(20n * USDC);
  await yard.mine(12);
  await yard.watch();
  expect(await held(back.jobId)).toBe(20n * USDC);
  expect(await yard.booksAreRight()).toBe(true);
  expect(await listIncidents(yard.asTask())).toEqual([]);
});
