"use client";

import { useQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { Button } from "@/ui/button";
import { Card, PageHeader } from "@/ui/card";
import { ErrorNote } from "@/ui/error-note";
import { Hash } from "@/ui/hash";
import { Ago } from "@/ui/quantity";
import { SkeletonRows } from "@/ui/skeleton";
import { StatusPill } from "@/ui/status-pill";
import { Table, type Column } from "@/ui/table";
import { failureOf } from "../api/failure";
import { useTRPC } from "../api/trpc";
import { useRoleBarrier, useViewer } from "../api/viewer";
import { InvitationList } from "./invitation-list";
import { InviteDialog } from "./invite-dialog";
import { MemberRowMenu, type Member } from "./member-row-menu";
import { ROLE_WORDS } from "./words";

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
  { id: "joined", title: "Since", numeric: true, wideOnly: true, cell: (member) => <Ago at={member.joinedAt} /> },
  { id: "change", title: "", numeric: true, cell: (member) => <MemberRowMenu member={member} /> },
];

export function OrganisationPage() {
  const trpc = useTRPC();
  const viewer = useViewer();
  const members = useQuery(trpc.identity.members.queryOptions());
  const barrier = useRoleBarrier();
  const [inviting, setInviting] = useState(false);
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
        actions={
          <Button
            variant="primary"
            disabled={barrier !== null}
            title={barrier ?? undefined}
            onClick={() => setInviting(true)}
          >
            <UserPlus className="size-4" aria-hidden="true" />
            Invite a member
          </Button>
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
        {members.data?.length === 1 ? (
          <p className="text-sm text-ink-soft">
            Nobody approves what they asked for themselves: invite somebody as finance before you set a spending limit.
          </p>
        ) : null}
        <InvitationList barrier={barrier} />
        <p className="text-sm text-ink-soft">
          Every change that anybody makes stands in the{" "}
          <Link href="/audit-log" className="text-link">
            audit log
          </Link>
          .
        </p>
      </div>
      {inviting ? <InviteDialog onClose={() => setInviting(false)} /> : null}
    </>
  );
}
