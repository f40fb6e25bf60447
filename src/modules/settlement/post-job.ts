import {
  assert,
  assetOfRail,
  formatAmount,
  micros,
  newId,
  record,
  requireRole,
  type Asset,
  type Context,
} from "@/kernel";
import { addEvent, createJob, findJobByKey, IdempotencyMismatch, lockJob, planJob } from "@/modules/jobs";
import { requireNotFrozen } from "@/modules/payments";
import { askToSpend } from "@/modules/spending";
import { LimitBelowPrice } from "./errors";
import { PostJobInput } from "./inputs";
import { passApproval } from "./pass-approval";
import { quotePlan, type Quote } from "./quote-job";

/**
 * Posts a job: stores its blobs, then in one transaction asks whether its money may be spent, creates it, holds its limit
 * from the organisation's balance and puts its order on the market. One that others must approve is only created, with
 * nothing held, and one that USDC pays waits for its deposit. Idempotent on `idempotencyKey`: a repeat answers the first job.
 */
export async function postJob(ctx: Context, input: PostJobInput): Promise<{ jobId: string }> {
  const actor = requireRole(ctx.actor, "engineer");
  const {
    name,
    limitMicros,
    idempotencyKey,
    projectId,
    poNumber,
    costCentre,
    tags,
    rail = "balance",
    ...planInput
  } = PostJobInput.parse(input);
  const limit = micros(limitMicros);
  await requireNotFrozen(ctx.database.reader, actor.organisationId);
  const known = await findJobByKey(ctx.database.reader, actor.organisationId, idempotencyKey);
  if (known !== null) return sameJobOrRefuse(known, { name, limitMicros });
  const plan = await planJob(ctx, actor.organisationId, planInput);
  const quote = await quotePlan(ctx, actor.organisationId, plan);
  checkLimit(limit, assetOfRail(rail), quote);
  const spec = await plan.store();
  const jobId = newId("job", ctx.clock.now().getTime());
  await ctx.database.transaction(async (tx) => {
    const { template, datasetId, flopsPerSegment } = plan;
    const allocation = { projectId, poNumber, costCentre, tags };
    const money = await askToSpend(ctx, tx, actor, { jobId, title: name, amountMicros: limit, rail, allocation });
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
      rail,
      state: money.state === "waiting" ? "awaiting_approval" : "awaiting_funds",
    });
    const job = await lockJob(tx, jobId);
    assert(job !== null, "the job was just created");
    if (money.state === "committed") await passApproval(ctx, tx, job);
    else await addEvent(tx, jobId, { type: "approval-asked", reason: money.reason, approvals: money.approvals });
    await record(tx, actor, {
      action: "settlement.job-posted",
      target: jobId,
      details: {
        name,
        rail,
        limitMicros: String(limit),
        ...(projectId == null ? {} : { projectId }),
        ...(poNumber == null ? {} : { poNumber }),
        after: { state: money.state },
      },
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

function checkLimit(limit: bigint, asset: Asset, quote: Quote): void {
  const low = quote.price?.lowMicros ?? BigInt(quote.segmentCount);
  if (limit >= low) return;
  throw new LimitBelowPrice(
    `The limit ${formatAmount(limit, asset)} is below the price: the cheapest qualifying machine asks ${formatAmount(low, asset)} for this job. Raise the limit to at least that.`,
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
