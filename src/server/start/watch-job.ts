import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "@/kernel";
import { readJobLive, readLossCurve } from "@/modules/jobs";
import { readJob, type JobView } from "@/modules/settlement";
import { progressView } from "./progress-view";
import type { Terminal } from "./terminal";

const LOOK_EVERY_MS = 500;
const LOSS_POINTS_MAX = 200;
/** So long may the database be away (it is being restarted, say) before watching gives up. */
const AWAY_MS_MAX = 60_000;
/** Larger than any event's id, so that no event is read: the view shows the job's state, not its log. */
const AFTER_ALL_EVENTS = String(2n ** 62n);

/** Shows a job until it ends; returns how it ended, or null when `signal` came first. */
export async function watchJob(
  buyer: Context,
  jobId: string,
  shown: { terminal: Terminal; url: string; signal: AbortSignal },
): Promise<JobView | null> {
  const { terminal, url, signal } = shown;
  let awayMs = 0;
  while (!signal.aborted) {
    try {
      const job = await showOnce(buyer, jobId, terminal, url);
      awayMs = 0;
      if (job.endedAt !== null) return job;
    } catch (error) {
      if (awayMs >= AWAY_MS_MAX) throw error;
      if (awayMs === 0) terminal.line(`The database does not answer (${reasonOf(error)}); asking again.`);
      awayMs += LOOK_EVERY_MS;
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  return null;
}

async function showOnce(buyer: Context, jobId: string, terminal: Terminal, url: string): Promise<JobView> {
  const [job, { live }, curve] = await Promise.all([
    readJob(buyer, { jobId }),
    readJobLive(buyer, { jobId, afterEventId: AFTER_ALL_EVENTS }),
    readLossCurve(buyer, { jobId, pointsMax: LOSS_POINTS_MAX }),
  ]);
  const now = job.endedAt ?? buyer.clock.now();
  const elapsedS = (now.getTime() - job.createdAt.getTime()) / 1000;
  const view = progressView(job, live, { elapsedS, losses: curve.points.map((point) => point.loss), url });
  terminal.show(view.block, view.summary);
  return job;
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split("\n").at(-1) ?? text;
}
