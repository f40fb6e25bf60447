import { z } from "zod";
import { assert, micros, type Context, type Tx } from "@/kernel";
import { jobChoices, updateJob, type JobRecord } from "@/modules/jobs";
import { openHold } from "@/modules/ledger";
import { placeOrder } from "@/modules/market";

/** What the stored quote says about the memory a machine needs. */
const StoredQuote = z.object({ peakMemoryBytes: z.number() });

/**
 * Puts a job on the market after its last gate: nothing to approve, money there. Holds the limit from the organisation's
 * balance; the hold of a job that USDC pays is opened by its escrow deposit. Throws InsufficientFunds.
 */
export async function startJob(ctx: Context, tx: Tx, job: JobRecord): Promise<void> {
  assert(job.state === "awaiting_approval" || job.state === "awaiting_funds", "a job starts once");
  const limit = micros(job.limitMicros);
  if (job.rail === "balance") await openHold(tx, { jobId: job.id, organisationId: job.organisationId, amount: limit });
  await placeOrder(tx, {
    jobId: job.id,
    organisationId: job.organisationId,
    limitMicros: limit,
    segmentCount: job.segmentCount,
    flopsPerSegment: job.flopsPerSegment,
    memoryBytes: BigInt(Math.ceil(StoredQuote.parse(job.quote).peakMemoryBytes)),
    engine: jobChoices(job).training.engine,
    nowMs: ctx.clock.now().getTime(),
  });
  await updateJob(tx, job.id, { state: "open" });
}
