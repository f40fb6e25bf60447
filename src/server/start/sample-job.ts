import type { Context } from "@/kernel";
import { findLatestJobWithKeyPrefix, TEMPLATES } from "@/modules/jobs";
import { postJob, quoteJob, readJob, type JobView } from "@/modules/settlement";
import { StartError } from "../postgres/start-error";
import type { SampleId } from "./flags";

/** A sample job, and whether this start posted it, found it unfinished, or found it finished. */
export interface SampleJob {
  readonly job: JobView;
  readonly found: "posted" | "unfinished" | "finished";
}

/**
 * The sample job to show: an unfinished one goes on; a finished one is only shown, unless another is asked for. The
 * idempotency key counts the samples of a kind, so a start that dies after posting finds its job at the next.
 */
export async function findOrPostSample(buyer: Context, sample: SampleId, postAnother: boolean): Promise<SampleJob> {
  const prefix = `sample:${sample}:`;
  if (buyer.actor.kind !== "member") throw new TypeError("The sample job is posted by a member.");
  const latest = await findLatestJobWithKeyPrefix(buyer.database.reader, buyer.actor.organisationId, prefix);
  const isUnfinished = latest !== null && (latest.state === "open" || latest.state === "running");
  if (latest !== null && (isUnfinished || !postAnother))
    return { job: await readJob(buyer, { jobId: latest.id }), found: isUnfinished ? "unfinished" : "finished" };
  const ordinal = latest === null ? 1 : Number(latest.idempotencyKey.slice(prefix.length)) + 1;
  const jobId = await postSample(buyer, sample, `${prefix}${ordinal}`, ordinal);
  return { job: await readJob(buyer, { jobId }), found: "posted" };
}

async function postSample(buyer: Context, sample: SampleId, idempotencyKey: string, ordinal: number): Promise<string> {
  const source = { kind: "template" as const, template: sample };
  const quote = await quoteJob(buyer, { source });
  if (quote.suggestedLimitMicros === null) {
    const reasons = quote.exclusions.map(({ reason, count }) => `${count} x ${reason}`).join("; ");
    throw new StartError(
      `No machine qualifies for the sample job (${reasons || "none is online"}).`,
      "See the workers' logs.",
    );
  }
  const title = TEMPLATES.find((template) => template.id === sample)?.title ?? sample;
  const name = `Sample: ${title.toLowerCase()}${ordinal > 1 ? ` ${ordinal}` : ""}`;
  const { jobId } = await postJob(buyer, { source, name, limitMicros: quote.suggestedLimitMicros, idempotencyKey });
  return jobId;
}
