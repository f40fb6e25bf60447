"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { Button } from "@/ui/button";
import { Card, PageHeader } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { ErrorNote } from "@/ui/error-note";
import { SkeletonRows } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { failureOf } from "../api/failure";
import { useTRPC, useTRPCClient } from "../api/trpc";
import { usePages } from "../api/use-pages";
import { useRoleBarrier } from "../api/viewer";
import { JOB_COLUMNS } from "./columns";
import { StateFilter, stateOf, type JobState } from "./state-filter";

const PAGE_SIZE = 50;
const REFRESH_MS = 3_000;

/** Keyed by the filter, so that older pages of one state never show under another. */
export function JobListPage() {
  const state = stateOf(useSearchParams().get("state"));
  return <JobList key={state} state={state} />;
}

function JobList({ state }: { state: JobState | null }) {
  const trpc = useTRPC();
  const router = useRouter();
  const client = useTRPCClient();
  const filter = state === null ? {} : { state };
  const first = useQuery(trpc.jobs.list.queryOptions(filter, { refetchInterval: REFRESH_MS }));
  const { rows, older, reading, readOlder } = usePages(first.data ?? [], PAGE_SIZE, ({ createdAt, id }) =>
    client.jobs.list.query({ ...filter, before: { createdAt, id } }),
  );
  const failure = failureOf(first.error);

  return (
    <>
      <PageHeader
        title="Jobs"
        lead="Everything your organisation has had trained. A segment is paid when it is verified, and not before."
        actions={<NewJob />}
      />
      <Card flush title={<StateFilter state={state} />}>
        {failure === null ? null : (
          <div className="p-4">
            <ErrorNote message={failure.message} requestId={failure.requestId} />
          </div>
        )}
        {first.isPending ? <SkeletonRows what="jobs" /> : null}
        {first.isSuccess && rows.length === 0 ? <NoJobs filtered={state !== null} /> : null}
        {rows.length === 0 ? null : (
          <Table
            caption="Jobs"
            columns={JOB_COLUMNS}
            rows={rows}
            rowKey={(job) => job.id}
            onRowClick={(job) => router.push(`/jobs/${job.id}`)}
          />
        )}
        {older ? (
          <div className="border-t p-3 text-center">
            <Button size="small" pending={reading} onClick={() => void readOlder()}>
              Show older jobs
            </Button>
          </div>
        ) : null}
      </Card>
    </>
  );
}

function NewJob() {
  const barrier = useRoleBarrier("engineer");
  if (barrier !== null) return <p className="text-xs text-ink-faint">{barrier}</p>;
  return (
    <Button asChild variant="primary">
      <Link href="/jobs/new">
        <Plus className="size-4" aria-hidden="true" />
        New job
      </Link>
    </Button>
  );
}

function NoJobs({ filtered }: { filtered: boolean }) {
  if (filtered)
    return (
      <EmptyState title="No job is in this state">
        <p>Choose “All” above to see every job of your organisation.</p>
      </EmptyState>
    );
  return (
    <EmptyState title="Nothing trained yet" action={<NewJob />}>
      <p>
        Pick a sample or bring an ONNX model. You see the price before you post, the first loss within seconds, and pay
        segment by segment for work that an independent machine could repeat.
      </p>
    </EmptyState>
  );
}
