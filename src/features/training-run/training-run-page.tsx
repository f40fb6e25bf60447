"use client";

import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { ErrorNote } from "@/ui/error-note";
import { LossChart } from "@/ui/loss-chart/loss-chart";
import { SegmentStrip } from "@/ui/segment-strip";
import { Tabs } from "@/ui/tabs";
import { failureOf } from "../api/failure";
import { EscrowCard } from "./escrow-card";
import { EventLog } from "./event-log";
import { FilesCard } from "./files-card";
import { JobHeader } from "./job-header";
import { JobSkeleton } from "./job-skeleton";
import { MachineList } from "./machine-list";
import { MoneyCard } from "./money-card";
import { PurposeCard } from "./purpose-card";
import { segmentCells } from "./segment-cells";
import { SegmentDrawer } from "./segment-drawer";
import { SegmentTable } from "./segment-table";
import { Specification } from "./specification";
import type { Job } from "./types";
import { useLiveJob } from "./use-live-job";

/** The live page of one job: one curve, one train of segments, one bill. */
export function TrainingRunPage({ jobId }: { jobId: string }) {
  const { job, curve, events, points, live, connection } = useLiveJob(jobId);
  const [openSegment, setOpenSegment] = useState<string | null>(null);
  const [asked, setAsked] = useState(useSearchParams().get("segment"));
  const failure = failureOf(job.error);
  if (job.data === undefined) {
    if (failure === null) return <JobSkeleton />;
    return failure.code === "kernel/not-found" ? (
      <NoSuchJob />
    ) : (
      <ErrorNote message={failure.message} requestId={failure.requestId} />
    );
  }
  const run = job.data;
  const currentOf = (index: number): string | null =>
    run.segments.findLast((segment) => segment.index === index && segment.state !== "void")?.id ?? null;
  const waitsForDeposit = run.money.asset === "USDC" && run.state === "awaiting_funds";
  // A link to a segment, as from a bill, opens it until it is closed.
  const shown = openSegment ?? (asked === null ? null : currentOf(Number(asked)));
  return (
    <>
      <JobHeader job={run} live={live} connection={connection} />
      {waitsForDeposit ? (
        <div className="mb-4">
          <EscrowCard job={run} />
        </div>
      ) : null}
      <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="min-w-0 space-y-4">
          <Card flush title="Loss">
            <LossChart
              points={points}
              evaluations={curve.data?.evaluations ?? []}
              totalSteps={run.totalSteps}
              name={run.name.replace(/[^\w-]+/g, "-").toLowerCase()}
              waitingFor={WAITING_FOR[run.state]}
            />
          </Card>
          <Card title="Segments" aside={<Counts job={run} />}>
            <SegmentStrip cells={segmentCells(run, live)} onSelect={(index) => setOpenSegment(currentOf(index))} />
          </Card>
          <Card flush>
            <Tabs
              label="Details of the job"
              tabs={[
                {
                  id: "segments",
                  title: "Segments",
                  count: run.segments.length,
                  content: <SegmentTable job={run} live={live} onOpen={setOpenSegment} />,
                },
                { id: "log", title: "Log", content: <EventLog job={run} events={events.data ?? []} /> },
                { id: "machines", title: "Machines", count: run.machines.length, content: <MachineList job={run} /> },
                { id: "specification", title: "Specification", content: <Specification job={run} /> },
              ]}
            />
          </Card>
        </div>
        <div className="min-w-0 space-y-4">
          <PurposeCard job={run} />
          <FilesCard job={run} />
          {run.money.asset === "USDC" && !waitsForDeposit ? <EscrowCard job={run} /> : null}
          <MoneyCard job={run} />
        </div>
      </div>
      <SegmentDrawer
        segment={run.segments.find((segment) => segment.id === shown) ?? null}
        job={run}
        onClose={() => {
          setOpenSegment(null);
          setAsked(null);
        }}
      />
    </>
  );
}

const WAITING_FOR: Record<Job["state"], string> = {
  awaiting_approval: "The job goes on the market as soon as it is approved.",
  awaiting_funds: "The job goes on the market as soon as its money is there.",
  open: "The curve starts when a machine is matched and has trained its first steps. The market is asked every two seconds.",
  running: "The first losses arrive with the machine’s next heartbeat.",
  completed: "This job has no losses.",
  cancelled: "The job was cancelled before its first step.",
  failed: "The job ended before its first step.",
};

function Counts({ job }: { job: Job }) {
  const { verified, audited, total, void: voided } = job.counts;
  return (
    <span className="text-xs text-ink-faint">
      {verified} of {total} verified · {audited} audited{voided > 0 ? ` · ${voided} void` : ""}
    </span>
  );
}

function NoSuchJob() {
  return (
    <EmptyState
      title="There is no such job in your organisation"
      action={
        <Button asChild>
          <Link href="/jobs">All jobs</Link>
        </Button>
      }
    >
      <p>It may belong to another organisation of yours: switch at the top left, then open the link again.</p>
    </EmptyState>
  );
}
