"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "@/ui/button";
import { Card, PageHeader } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { ErrorNote } from "@/ui/error-note";
import { SkeletonRows } from "@/ui/skeleton";
import { failureOf } from "../api/failure";
import { useTRPC } from "../api/trpc";
import { useRoleBarrier } from "../api/viewer";
import { AlertsCard } from "./alerts-card";
import { ApprovalInbox, DecidedRequests } from "./approval-inbox";
import { PolicyCard } from "./policy-card";
import { ProjectCard } from "./project-card";
import { ProjectDialog } from "./project-dialog";
import type { Project } from "./types";

const REFRESH_MS = 5_000;

/** Who may spend what, on what, and what waits for a yes. */
export function SpendingPage() {
  const trpc = useTRPC();
  const barrier = useRoleBarrier("finance");
  const [creating, setCreating] = useState(false);
  const overview = useQuery(trpc.spending.overview.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  const waiting = useQuery(trpc.spending.requests.queryOptions({ waitingOnly: true }, { refetchInterval: REFRESH_MS }));
  const decided = useQuery(trpc.spending.requests.queryOptions({ waitingOnly: false }));
  const failure = failureOf(overview.error ?? waiting.error);
  return (
    <>
      <PageHeader
        title="Spending"
        lead="Budgets stop a project before it costs more than planned. What is above one person’s limit waits for another person, and nobody approves what they asked for themselves."
        actions={
          <Button
            variant="primary"
            disabled={barrier !== null}
            title={barrier ?? undefined}
            onClick={() => setCreating(true)}
          >
            <Plus className="size-4" aria-hidden="true" />
            New project
          </Button>
        }
      />
      {failure === null ? null : <ErrorNote message={failure.message} requestId={failure.requestId} />}
      <div className="space-y-4">
        {waiting.data === undefined ? (
          <Card flush title="To approve">
            <SkeletonRows rows={2} what="requests" />
          </Card>
        ) : (
          <ApprovalInbox requests={waiting.data} />
        )}
        {overview.data === undefined ? (
          <Card flush title="Projects">
            <SkeletonRows what="projects" />
          </Card>
        ) : (
          <>
            <Projects projects={overview.data.projects} barrier={barrier} onCreate={() => setCreating(true)} />
            <div className="grid items-start gap-4 xl:grid-cols-2">
              <PolicyCard policy={overview.data.policy} barrier={barrier} />
              <AlertsCard alerts={overview.data.alerts} />
            </div>
          </>
        )}
        <DecidedRequests requests={decided.data ?? []} />
        {barrier === null ? null : <p className="text-xs text-ink-faint">{barrier}</p>}
      </div>
      {creating ? <ProjectDialog project={null} onClose={() => setCreating(false)} /> : null}
    </>
  );
}

interface ProjectsProps {
  readonly projects: readonly Project[];
  readonly barrier: string | null;
  readonly onCreate: () => void;
}

function Projects({ projects, barrier, onCreate }: ProjectsProps) {
  if (projects.length === 0)
    return (
      <Card flush title="Projects">
        <EmptyState
          title="No projects yet"
          action={barrier === null ? <Button onClick={onCreate}>Create the first project</Button> : null}
        >
          <p>
            A project says what money is spent on. Give it a monthly budget, a cost centre, a purchase order, and tags
            that every job must carry; reports and invoices follow them down to the segment.
          </p>
        </EmptyState>
      </Card>
    );
  return (
    <section aria-label="Projects" className="grid items-start gap-4 lg:grid-cols-2">
      {projects.map((project) => (
        <ProjectCard key={project.id} project={project} barrier={barrier} />
      ))}
    </section>
  );
}
