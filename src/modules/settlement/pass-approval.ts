import type { Context, Tx } from "@/kernel";
import { updateJob, type JobRecord } from "@/modules/jobs";
import { requireNotFrozen } from "@/modules/payments";
import { startJob } from "./start-job";

/**
 * Takes a job whose money may flow past the approval gate: one that the balance pays starts at once, one that USDC pays
 * waits for its escrow deposit. Throws InsufficientFunds and OrganisationFrozen.
 */
export async function passApproval(ctx: Context, tx: Tx, job: JobRecord): Promise<void> {
  await requireNotFrozen(tx, job.organisationId);
  if (job.rail === "balance") await startJob(ctx, tx, job);
  else if (job.state === "awaiting_approval") await updateJob(tx, job.id, { state: "awaiting_funds" });
}
