import { assert, formatUsd, micros, newId, record, requireRole, type Context } from "@/kernel";
import { createJob, findJobByKey, IdempotencyMismatch, lockJob, planJob } from "@/modules/jobs";
import { requireNotFrozen } from "@/modules/payments";
import { LimitBelowPrice } from "./errors";
import { PostJobInput } from "./inputs";
import { quotePlan, type Quote } from "./quote-job";
import { startJob } from "./start-job";

/**
 * Posts a job: stores its blobs, then in one transaction creates it, holds its limit from the organisation's balance and
 * puts its order on the market. Idempotent on `idempotencyKey`: a repeat answers the first job.
 */
export async function postJob(ctx: Context, input: PostJobInput): Promise<{ jobId: string }> {
  const actor = requireRole(ctx.actor, "engineer");
  const { name, limitMicros, idempotencyKey, ...planInput } = PostJobInput.parse(input);
  const limit = micros(limitMicros);
  await requireNotFrozen(ctx.database.reader, actor.organisationId);
  const known = await findJobByKey(ctx.database.reader, actor.organisationId, idempotencyKey);
  if (known !== null) return sameJobOrRefuse(known, { name, limitMicros });
  const plan = await planJob(ctx, actor.organisationId, planInput);
  const quote = await quotePlan(ctx, actor.organisationId, plan);
  checkLimit(limit, quote);
  const spec = await plan.store();
  const jobId = newId("job", ctx.clock.now().getTime());
  await ctx.database.transaction(async (tx) => {
    const { template, datasetId, flopsPerSegment } = plan;
    await createJob(tx, actor, {
      id: jobId,
      name,
      template,
      spec,
      quote: storedQuote(quote),
      flopsPerSegment,
      limit,
      datasetId,
      idempotencyKey,
      rail: "balance",
      state: "awaiting_funds",
    });
    const job = await lockJob(tx, jobId);
    assert(job !== null, "the job was just created");
    await startJob(ctx, tx, job);
    await record(tx, actor, {
      action: "settlement.job-posted",
      target: jobId,
      details: { name, limitMicros: String(limit) },
    });
  });
  return { jobId };
}

function sameJobOrRefuse(
  job: { id: string; name: string; limitMicros: bigint },
  again: { name: string; limitMicros: bigint },
) {
  if (job.name !== again.name || job.limitMicros !== again.limitMicros)
    throw new IdempotencyMismatch("This idempotency key was used for another job. Use a new key for a new job.");
  return { jobId: job.id };
}

function checkLimit(limit: bigint, quote: Quote): void {
  const low = quote.price?.lowMicros ?? BigInt(quote.segmentCount);
  if (limit >= low) return;
  throw new LimitBelowPrice(
    `The limit ${formatUsd(limit)} is below the price: the cheapest qualifying machine asks ${formatUsd(low)} for this job. Raise the limit to at least that.`,
    { limitMicros: String(limit), lowestMicros: String(low) },
  );
}

/** The quote as it is kept with the job, bigints as decimal text. */
function storedQuote(quote: Quote) {
  const text = JSON.stringify(quote, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value));
  const stored: unknown = JSON.parse(text);
  assert(typeof stored === "object" && stored !== null, "a quote is an object");
  return { ...stored };
}
