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
  type Tx,
} from "@/kernel";
import { addEvent, createJob, findJobByKey, IdempotencyMismatch, lockJob, lockJobKey, planJob } from "@/modules/jobs";
import { requireNotFrozen } from "@/modules/payments";
import { askToSpend } from "@/modules/spending";
import { LimitBelowPrice } from "./errors";
import { PostJobInput } from "./inputs";
import { passApproval } from "./pass-approval";
import { quotePlan, type Quote } from "./quote-job";
import { requestHash } from "./request-hash";

/**
 * Posts a job: stores its blobs, then in one transaction asks whether its money may be spent, creates it, holds its limit
 * from the organisation's balance and puts its order on the market. One that others must approve is only created, with
 * nothing held, and one that USDC pays waits for its deposit. Idempotent on `idempotencyKey`: a repeat, also one at the same
 * time, answers the first job, and the key with anything else asked is refused.
 */
export async function postJob(ctx: Context, input: PostJobInput): Promise<{ jobId: string }> {
  const actor = requireRole(ctx.actor, "engineer");
  const { idempotencyKey, ...asked } = PostJobInput.parse(input);
  const { name, limitMicros, projectId, poNumber, costCentre, tags, rail = "balance", ...planInput } = asked;
  const limit = micros(limitMicros);
  const request = { organisationId: actor.organisationId, idempotencyKey, requestHash: requestHash(asked) };
  await requireNotFrozen(ctx.database.reader, actor.organisationId);
  const known = await findRepeated(ctx.database.reader, request);
  if (known !== null) return known;
  const plan = await planJob(ctx, actor.organisationId, planInput);
  const quote = await quotePlan(ctx, actor.organisationId, plan);
  checkLimit(limit, assetOfRail(rail), quote);
  const spec = await plan.store();
  const jobId = newId("job", ctx.clock.now().getTime());
  return ctx.database.transaction(async (tx) => {
    await lockJobKey(tx, actor.organisationId, idempotencyKey);
    const first = await findRepeated(tx, request);
    if (first !== null) return first;
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
      requestHash: request.requestHash,
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
    return { jobId };
  });
}

/** The job that was posted under this key already; null if there is none. */
async function findRepeated(
  tx: Tx,
  request: { organisationId: string; idempotencyKey: string; requestHash: string },
): Promise<{ jobId: string } | null> {
  const job = await findJobByKey(tx, request.organisationId, request.idempotencyKey);
  if (job === null) return null;
  if (job.requestHash !== request.requestHash)
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
