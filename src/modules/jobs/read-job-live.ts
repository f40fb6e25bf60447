import type { Context } from "@/kernel";
import { floats } from "./evaluation";
import { findOwnJob } from "./find-own-job";
import { JobLiveInput } from "./inputs";
import { selectEventsAfter } from "./store/events";
import type { JobRecord } from "./store/jobs";
import { findLiveTraining } from "./store/leases";

const EVENTS_MAX = 500;
const LIVE_LOSSES_MAX = 200;

export interface JobEventView {
  readonly id: string;
  readonly at: Date;
  readonly type: string;
  readonly data: unknown;
}

export interface JobLive {
  readonly events: JobEventView[];
  /** The segment being trained now: losses of its steps [lossesFrom, lossesFrom + losses.length). Unverified. */
  readonly live: {
    readonly index: number;
    readonly stepsDone: number;
    readonly lossesFrom: number;
    readonly losses: number[];
    readonly machineName: string;
  } | null;
  readonly state: JobRecord["state"];
}

/** What happened to a job after an event, and what its machine streams right now. */
export async function readJobLive(ctx: Context, input: JobLiveInput): Promise<JobLive> {
  const { jobId, afterEventId } = JobLiveInput.parse(input);
  const job = await findOwnJob(ctx, jobId);
  const events = await selectEventsAfter(ctx.database.reader, jobId, BigInt(afterEventId), EVENTS_MAX);
  const training = await findLiveTraining(ctx.database.reader, jobId);
  const losses = training === null ? [] : [...floats(training.losses)];
  const lossesFrom = Math.max(0, losses.length - LIVE_LOSSES_MAX);
  return {
    events: events.map(({ id, at, type, data }) => ({ id: String(id), at, type, data })),
    live: training && {
      index: training.index,
      stepsDone: training.stepsDone,
      lossesFrom,
      losses: losses.slice(lossesFrom),
      machineName: training.machineName,
    },
    state: job.state,
  };
}
