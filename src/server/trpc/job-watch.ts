import { tracked, TRPCError } from "@trpc/server";
import type { MemberActor } from "@/kernel";
import { readJobLive, type JobLive } from "@/modules/jobs";
import { sessionOf } from "../auth-session";
import type { RequestContext } from "./context";
import { jobFeed } from "./job-feed";

/** A removed member or an ended session loses its stream within this time. */
const RECHECK_EVERY_MS = 60_000;

/** One message of a job's stream. `live` is what the machine that trains right now has said so far: unverified. */
export type JobNews = JobLive;

/**
 * Streams what happens to a job from an event on. The first read goes through the verb with the watcher's own rights; then
 * the watcher listens to the process's one feed of this job, and its session is read anew every minute.
 */
export async function* watchJob(
  ctx: RequestContext & { actor: MemberActor },
  input: { jobId: string; lastEventId?: string | undefined },
  signal: AbortSignal | undefined,
) {
  const { jobId } = input;
  let cursor = input.lastEventId ?? "0";
  const read = (afterEventId: string): Promise<JobNews> =>
    readJobLive(ctx.services.contextFor(ctx.actor, ctx.requestId), { jobId, afterEventId });
  const first = await read(cursor);
  cursor = first.events.at(-1)?.id ?? cursor;
  yield tracked(cursor, first);
  const feed = jobFeed({ key: `${ctx.actor.organisationId}/${jobId}`, cursor, read });
  const listener = feed.listen(cursor);
  let checkedMs = Date.now();
  try {
    while (signal?.aborted !== true) {
      const news = await listener.next(signal);
      if (Date.now() - checkedMs > RECHECK_EVERY_MS) {
        await requireSameMember(ctx);
        checkedMs = Date.now();
      }
      if (news === null) continue;
      cursor = news.events.at(-1)?.id ?? cursor;
      yield tracked(cursor, news);
    }
  } finally {
    listener.stop();
  }
}

async function requireSameMember(ctx: RequestContext & { actor: MemberActor }): Promise<void> {
  const now = await sessionOf(ctx.session?.sessionToken);
  const same = now?.actor?.userId === ctx.actor.userId && now.actor.organisationId === ctx.actor.organisationId;
  if (!same) throw new TRPCError({ code: "UNAUTHORIZED", message: "Your session has ended. Sign in again." });
}
