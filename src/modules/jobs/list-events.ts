import type { Context } from "@/kernel";
import { findOwnJob } from "./find-own-job";
import { ListEventsInput } from "./inputs";
import type { JobEventView } from "./read-job-live";
import { selectEventsBefore } from "./store/events";

const PAGE = 200;

/** A job's log, newest first, a page of 200 before `beforeId`. */
export async function listEvents(ctx: Context, input: ListEventsInput): Promise<JobEventView[]> {
  const { jobId, beforeId } = ListEventsInput.parse(input);
  await findOwnJob(ctx, jobId);
  const rows = await selectEventsBefore(
    ctx.database.reader,
    jobId,
    beforeId === undefined ? null : BigInt(beforeId),
    PAGE,
  );
  return rows.map(({ id, at, type, data }) => ({ id: String(id), at, type, data }));
}
