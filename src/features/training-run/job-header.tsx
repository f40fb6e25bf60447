import { Fact } from "@/ui/card";
import { duration, lossText, percent, whole } from "@/ui/format";
import { Hash } from "@/ui/hash";
import { ProgressBar } from "@/ui/progress-bar";
import { Ago } from "@/ui/quantity";
import { JobStatus } from "@/ui/status-pill";
import { CancelButton } from "./cancel-button";
import { etaMs } from "./eta";
import type { Job, LiveSegment } from "./types";
import type { Connection } from "./use-live-job";

const CONNECTION_WORDS: Record<Connection, string> = { live: "live", connecting: "connecting…", ended: "" };

/** What the job is, where it stands, and when it will be done. */
export function JobHeader({ job, live, connection }: { job: Job; live: LiveSegment | null; connection: Connection }) {
  const computed = job.counts.committed + (live === null ? 0 : live.stepsDone / job.stepsPerSegment);
  const eta = etaMs(job, live);
  const stepsDone = Math.round(computed * job.stepsPerSegment);
  return (
    <header className="mb-5">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
            <h1 className="text-xl font-semibold tracking-tight break-words">{job.name}</h1>
            <JobStatus state={job.state} />
            <span className="min-w-20 text-2xs text-ink-faint" role="status">
              {CONNECTION_WORDS[connection]}
            </span>
          </div>
          <p className="mt-1 flex flex-wrap items-center gap-x-2 text-xs text-ink-faint">
            <span>
              {job.dataset.name}, posted <Ago at={job.createdAt} /> by {job.createdByEmail}
            </span>
            <Hash value={job.id} name="job id" />
          </p>
          {job.endReason === null ? null : <p className="mt-2 max-w-2xl text-sm">{job.endReason}</p>}
        </div>
        <CancelButton job={job} />
      </div>
      <div className="mt-4 rounded-lg border bg-surface p-4">
        <ProgressBar
          label="Progress of the job"
          verified={job.counts.verified / job.counts.total}
          claimed={computed / job.counts.total}
        />
        <dl className="mt-4 grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-3 lg:grid-cols-6">
          <Fact label="Verified" note={`${job.counts.verified} of ${job.counts.total} segments`} large>
            {percent(job.counts.verified / job.counts.total, 0)}
          </Fact>
          <Fact label="Step" note={`of ${whole(job.totalSteps)}`} large>
            {whole(stepsDone)}
          </Fact>
          <Fact label="Held-out loss" large>
            {job.latest === null ? "–" : lossText(job.latest.loss)}
          </Fact>
          <Fact label="Held-out accuracy" large>
            {job.latest?.accuracy == null ? "–" : percent(job.latest.accuracy, 2)}
          </Fact>
          <Fact label="Speed" note="steps per second" large>
            {job.stepsPerSecond === null ? "–" : whole(job.stepsPerSecond)}
          </Fact>
          <TimeFact job={job} eta={eta} />
        </dl>
      </div>
    </header>
  );
}

function TimeFact({ job, eta }: { job: Job; eta: number | null }) {
  if (job.endedAt !== null)
    return (
      <Fact
        label="Took"
        note={
          job.firstVerifiedAt === null
            ? undefined
            : `first proof after ${duration(job.firstVerifiedAt.getTime() - job.createdAt.getTime())}`
        }
        large
      >
        {duration(job.endedAt.getTime() - job.createdAt.getTime())}
      </Fact>
    );
  return (
    <Fact label="Time left" note="at the recent pace" large>
      {eta === null ? "–" : `≈ ${duration(Math.max(1_000, Math.round(eta / 1_000) * 1_000))}`}
    </Fact>
  );
}
