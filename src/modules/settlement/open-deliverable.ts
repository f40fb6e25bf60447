import type { Readable } from "node:stream";
import type { Context } from "@/kernel";
import { findOwnJob } from "@/modules/jobs";
import type { Deliverables } from "./complete-job";
import { NotDelivered } from "./errors";
import { DeliverableInput, type DeliverableKind } from "./inputs";

const CONTENT_TYPES: Record<DeliverableKind, string> = {
  checkpoint: "application/octet-stream",
  model: "application/octet-stream",
  receipt: "application/json",
};

/** Opens one of a completed job's files for download. */
export async function openDeliverable(
  ctx: Context,
  input: DeliverableInput,
): Promise<{ stream: Readable; bytes: number; fileName: string; contentType: string }> {
  const { jobId, kind } = DeliverableInput.parse(input);
  const job = await findOwnJob(ctx, jobId);
  if (job.deliverables === null)
    throw new NotDelivered(`This job is ${job.state}; its files are there when it has completed.`, {
      state: job.state,
    });
  const { hash, bytes, fileName } = (job.deliverables as unknown as Deliverables)[kind];
  return { stream: ctx.blobs.stream(hash), bytes, fileName, contentType: CONTENT_TYPES[kind] };
}
