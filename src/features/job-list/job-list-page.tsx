"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useState } from "react";
import { Button } from "@/ui/button";
import { Card, PageHeader } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { ErrorNote } from "@/ui/error-note";
import { SkeletonRows } from "@/ui/skeleton";
import { Table } from "@/ui/table";
import { failureOf } from "../api/failure";
import { useTRPC, type Outputs } from "../api/trpc";
import { useRoleBarrier } from "../api/viewer";
import { JOB_COLUMNS } from "./columns";
import { StateFilter, stateOf } from "./state-filter";

type JobRow = Outputs["jobs"]["list"][number];
const PAGE_SIZE = 50;
const REFRESH_MS = 3_000;

export function JobListPage() {
  const trpc = useTRPC();
  const router = useRouter();
  const state = stateOf(useSearchParams().get("state"));
  const [pages, setPages] = useState<readonly JobRow[]>([]);
  const first = useQuery(trpc.jobs.list.queryOptions(state === null ? {} : { state }, { refetchInterval: REFRESH_MS }));
  const newest = first.data ?? [];
  const known = new Set(newest.map((job) => job.id));
  const rows = [...newest, ...pages.filter((job) => !known.has(job.id) && (state === null || job.state === state))];
  const failure = failureOf(first.error);

  return (
    <>
      <PageHeader title="Jobs" lead="Everything your organisation has had trained. A segment is paid when it is verified, and not before." actions={<NewJob />} />
      <Card flush title={<StateFilter state={state} />}>
        {failure === null ? null : (
          <div className="p-4">
            <ErrorNote message={failure.message} requestId={failure.requestId} />
          </div>
        )}
        {first.isPending ? <SkeletonRows what="jobs" /> : null}
        {first.isSuccess && rows.length === 0 ? <NoJobs filtered={state !== null} /> : null}
        {rows.length === 0 ? null : (
          <Table caption="Jobs" columns={JOB_COLUMNS} rows={rows} rowKey={(job) => job.id} onRowClick={(job) => router.push(`/jobs/${job.id}`)} />
        )}
        {rows.length > 0 && rows.length % PAGE_SIZE === 0 ? (
          <OlderJobs last={rows.at(-1)} state={state} onRead={(older) => setPages([...pages, ...older])} />
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
        Pick a sample or bring an ONNX model. You see the price before you post, the first loss within seconds, and pay segment by segment for work that an
        independent machine could repeat.
      </p>
    </EmptyState>
  );
}

function OlderJobs({ last, state, onRead }: { last: JobRow | undefined; state: ReturnType<typeof stateOf>; onRead: (rows: readonly JobRow[]) => void }) {
  const trpc = useTRPC();
  const [asked, setAsked] = useState(false);
  const before = last && { createdAt: last.createdAt, id: last.id };
  const older = useQuery(trpc.jobs.list.queryOptions({ ...(before && { before }), ...(state && { state }) }, { enabled: false }));
  const read = async (): Promise<void> => {
    setAsked(true);
    const { data } = await older.refetch();
    setAsked(false);
    onRead(data ?? []);
  };
  return (
    <div className="border-t p-3 text-center">
      <Button size="small" pending={asked} onClick={() => void read()}>
        Show older jobs
      </Button>
    </div>
  );
}
