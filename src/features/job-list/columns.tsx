import Link from "next/link";
import { lossText, percent } from "@/ui/format";
import { Money } from "@/ui/money";
import { ProgressBar } from "@/ui/progress-bar";
import { Ago } from "@/ui/quantity";
import { JobStatus } from "@/ui/status-pill";
import type { Column } from "@/ui/table";
import type { Outputs } from "../api/trpc";

type JobRow = Outputs["jobs"]["list"][number];

export const JOB_COLUMNS: readonly Column<JobRow>[] = [
  {
    id: "name",
    title: "Job",
    cell: (job) => (
      <span className="block max-w-32 sm:max-w-72">
        <Link
          href={`/jobs/${job.id}`}
          className="block truncate font-medium hover:underline"
          onClick={(event) => event.stopPropagation()}
        >
          {job.name}
        </Link>
        <span className="block truncate text-2xs text-ink-faint">{job.template}</span>
      </span>
    ),
  },
  { id: "state", title: "State", cell: (job) => <JobStatus state={job.state} /> },
  {
    id: "progress",
    title: "Verified",
    cell: (job) => (
      <span className="flex items-center gap-2.5 sm:min-w-36">
        <span className="hidden w-20 sm:block">
          <ProgressBar
            label={`${job.name}: verified segments`}
            verified={job.verifiedSegments / job.segmentCount}
            claimed={job.verifiedSegments / job.segmentCount}
          />
        </span>
        <span className="text-xs text-ink-faint">
          {job.verifiedSegments} of {job.segmentCount}
        </span>
      </span>
    ),
  },
  {
    id: "loss",
    title: "Held-out loss",
    numeric: true,
    wideOnly: true,
    cell: (job) => (job.latestLoss === null ? "–" : lossText(job.latestLoss)),
  },
  {
    id: "accuracy",
    title: "Accuracy",
    numeric: true,
    wideOnly: true,
    cell: (job) => (job.latestAccuracy === null ? "–" : percent(job.latestAccuracy)),
  },
  {
    id: "limit",
    title: "Limit",
    numeric: true,
    wideOnly: true,
    cell: (job) => <Money amountMicros={job.limitMicros} asset={job.asset} />,
  },
  { id: "created", title: "Posted", numeric: true, wideOnly: true, cell: (job) => <Ago at={job.createdAt} /> },
];
