import { micros, type Micros, type Tx } from "@/kernel";
import { available, hold } from "./accounts";
import { postTransfer } from "./post-transfer";
import { lockBalance, readAccount, sumFromHold } from "./store";

/** Releases what is left of a job's hold to its buyer; returns how much that was. Idempotent on the job. */
export async function voidHold(tx: Tx, h: { jobId: string; organisationId: string }): Promise<Micros> {
  const held = hold(h.jobId, h.organisationId);
  const rest = await lockBalance(tx, held.id);
  await postTransfer(tx, {
    idempotencyKey: `void:${h.jobId}`,
    kind: "void",
    reference: h.jobId,
    legs: [
      { account: held, amount: -rest },
      { account: available(h.organisationId), amount: rest },
    ],
  });
  return micros(rest);
}

/** What a job's hold still holds. */
export async function heldForJob(tx: Tx, jobId: string): Promise<Micros> {
  return micros(await readAccount(tx, hold(jobId, null).id));
}

/** What was paid for a job's segments so far. */
export async function postedForJob(tx: Tx, jobId: string): Promise<Micros> {
  return micros(await sumFromHold(tx, hold(jobId, null).id, "segment"));
}
