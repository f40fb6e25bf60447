"use client";

import { useQuery } from "@tanstack/react-query";
import { Card, PageHeader } from "@/ui/card";
import { ErrorNote } from "@/ui/error-note";
import { Hash } from "@/ui/hash";
import { Ago } from "@/ui/quantity";
import { SkeletonRows } from "@/ui/skeleton";
import { StatusPill } from "@/ui/status-pill";
import { Table, type Column } from "@/ui/table";
import { failureOf } from "../api/failure";
import { useTRPC, type Outputs } from "../api/trpc";
import { useViewer } from "../api/viewer";
import { ActivityLog } from "./activity-log";
import { ROLE_WORDS } from "./words";

type Member = Outputs["identity"]["members"][number];

const COLUMNS: readonly Column<Member>[] = [
  {
    id: "person",
    title: "Person",
    cell: (member) => (
      <span className="block">
        <span className="block font-medium">{member.name ?? member.email}</span>
        {member.name === null ? null : <span className="block text-xs text-ink-faint">{member.email}</span>}
      </span>
    ),
  },
  { id: "role", title: "Role", cell: (member) => <StatusPill tone="idle">{member.role}</StatusPill> },
  {
    id: "may",
    title: "May",
    wideOnly: true,
    cell: (member) => <span className="text-ink-soft">{ROLE_WORDS[member.role]}</span>,
  },
  { id: "joined", title: "Since", numeric: true, cell: (member) => <Ago at={member.joinedAt} /> },
];

export function OrganisationPage() {
  const trpc = useTRPC();
  const viewer = useViewer();
  const members = useQuery(trpc.identity.members.queryOptions());
  const failure = failureOf(members.error);
  return (
    <>
      <PageHeader
        title={viewer.organisationName}
        lead={
          <>
            Jobs, machines and money belong to the organisation. Its id is{" "}
            <Hash value={viewer.organisationId} name="organisation id" />
          </>
        }
      />
      <div className="space-y-4">
        <Card
          flush
          title="Members"
          aside={<span className="text-xs text-ink-faint">{members.data?.length ?? ""}</span>}
        >
          {failure === null ? null : (
            <div className="p-4">
              <ErrorNote message={failure.message} requestId={failure.requestId} />
            </div>
          )}
          {members.data === undefined ? (
            <SkeletonRows rows={3} what="members" />
          ) : (
            <Table caption="Members" columns={COLUMNS} rows={members.data} rowKey={(member) => member.userId} />
          )}
        </Card>
        <ActivityLog people={members.data ?? []} />
      </div>
    </>
  );
}
