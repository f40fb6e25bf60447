import { micros, negateMicros, type Asset, type Micros, type Tx } from "@/kernel";
import { hold } from "./accounts";
import { returnToLots } from "./lots";
import { postTransfer } from "./post-transfer";
import { lockBalance, readAccount, selectHoldSources, sumFromHold } from "./store";

/**
 * Releases what is left of a job's hold to the funding lots it came from, youngest first; returns how much that was.
 * Idempotent on the job.
 */
export async function voidHold(tx: Tx, h: { jobId: string; organisationId: string }): Promise<Micros> {
  const held = hold(h.jobId, h.organisationId, "USD");
  const rest = micros(await lockBalance(tx, held.id));
  const sources = await selectHoldSources(tx, `hold:${h.jobId}`);
  const back = new Map(
    returnToLots(
      sources.map(({ account, taken }) => ({ accountId: account.id, amount: taken })),
      rest,
    ).map((slice) => [slice.accountId, slice.amount]),
  );
  await postTransfer(tx, {
    idempotencyKey: `void:${h.jobId}`,
    kind: "void",
    reference: h.jobId,
    legs: [
      { account: held, amount: negateMicros(rest) },
      ...sources.map(({ account }) => ({ account, amount: back.get(account.id) ?? 0n })),
    ],
  });
  return rest;
}

/** What a job's hold still holds. */
export async function heldForJob(tx: Tx, jobId: string, asset: Asset): Promise<Micros> {
  return micros(await readAccount(tx, hold(jobId, null, asset).id));
}

/** What was paid for a job's segments so far. */
export async function postedForJob(tx: Tx, jobId: string, asset: Asset): Promise<Micros> {
  return micros(await sumFromHold(tx, hold(jobId, null, asset).id, ["segment"]));
}

/** What went back out of a job's hold to whoever paid it: when it was released, or by the contract while it still ran. */
export async function returnedForJob(tx: Tx, jobId: string, asset: Asset): Promise<Micros> {
  return micros(await sumFromHold(tx, hold(jobId, null, asset).id, ["void", "escrow-refund"]));
}
