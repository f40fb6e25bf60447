import { assetOfRail, type Micros, type Tx } from "@/kernel";
import { closeEscrowOrder } from "@/modules/escrow";
import type { JobRecord } from "@/modules/jobs";
import { heldForJob, postedForJob, returnedForJob, voidHold } from "@/modules/ledger";

/** What is still held for a job. */
export function heldFor(tx: Tx, job: Pick<JobRecord, "id" | "rail">): Promise<Micros> {
  return heldForJob(tx, job.id, assetOfRail(job.rail));
}

/** What its segments have been paid so far. */
export function postedFor(tx: Tx, job: Pick<JobRecord, "id" | "rail">): Promise<Micros> {
  return postedForJob(tx, job.id, assetOfRail(job.rail));
}

/** What went back to whoever paid: nothing of a job for which nothing was ever held. */
export function returnedFor(tx: Tx, job: Pick<JobRecord, "id" | "rail">): Promise<Micros> {
  return returnedForJob(tx, job.id, assetOfRail(job.rail));
}

/** Gives what is left of a job's hold back to where it came from; returns how much that was. */
export function returnHold(tx: Tx, job: JobRecord): Promise<Micros> {
  const { id, organisationId } = job;
  if (job.rail === "usdc") return closeEscrowOrder(tx, { id, organisationId });
  return voidHold(tx, { jobId: id, organisationId });
}
