"use client";

import Link from "next/link";
import { useState } from "react";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { Money } from "@/ui/money";
import { Ago } from "@/ui/quantity";
import { amountText, utcTime } from "@/ui/format";
import { StatusPill } from "@/ui/status-pill";
import { useViewer } from "../api/viewer";
import { ApproveDialog, DeclineDialog } from "./request-dialogs";
import type { Request } from "./types";

/** What waits for somebody's yes: what, who, how much, what for and why, with the yes and the no beside it. */
export function ApprovalInbox({ requests }: { requests: readonly Request[] }) {
  return (
    <Card flush title="To approve" aside={<span className="text-xs text-ink-faint">{requests.length || ""}</span>}>
      {requests.length === 0 ? <NothingWaits /> : null}
      <ul>
        {requests.map((request) => (
          <li key={request.jobId} className="border-b px-4 py-3.5 last:border-b-0">
            <Item request={request} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Item({ request }: { request: Request }) {
  const viewer = useViewer();
  const [open, setOpen] = useState<"approve" | "decline" | null>(null);
  const barrier = barrierOf(request, viewer.userId);
  const facts = factsOf(request);
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <Link href={`/jobs/${request.jobId}`} className="font-medium break-words hover:underline">
            {request.title}
          </Link>
          <span className="text-sm font-medium">
            up to <Money amountMicros={request.amountMicros} asset={request.asset} exact />
          </span>
        </p>
        <p className="mt-0.5 text-xs text-ink-faint">
          {request.requestedBy.name} asked <Ago at={request.createdAt} />
          {facts.length === 0 ? null : ` · ${facts.join(" · ")}`}
        </p>
        {request.reason === null ? null : (
          <p className="mt-1.5 text-sm text-ink-soft">Needs approval because {request.reason}.</p>
        )}
        {request.obstacle === null ? null : <p className="mt-1.5 text-sm text-warn">{request.obstacle}</p>}
        {request.decisions.map((decision) => (
          <p key={decision.name} className="mt-1 text-sm text-ink-soft">
            {decision.name} ({decision.role}) has approved{decision.comment === "" ? "" : `: “${decision.comment}”`}
          </p>
        ))}
        <p className="mt-1.5 text-2xs text-ink-faint">
          {request.missing === 1 ? "One approval is" : `${request.missing} approvals are`} missing
          {request.expiresAt === null ? "" : `. Ends by itself on ${utcTime(request.expiresAt)}`}
        </p>
      </div>
      <div className="min-w-0 space-y-1.5">
        <div className="flex gap-2">
          <Button
            variant="primary"
            disabled={barrier !== null || request.obstacle !== null}
            onClick={() => setOpen("approve")}
          >
            Approve
          </Button>
          <Button disabled={barrier !== null} onClick={() => setOpen("decline")}>
            Decline
          </Button>
        </div>
        {barrier === null ? null : <p className="max-w-56 text-2xs text-ink-faint">{barrier}</p>}
      </div>
      {open === "approve" ? <ApproveDialog request={request} onClose={() => setOpen(null)} /> : null}
      {open === "decline" ? <DeclineDialog request={request} onClose={() => setOpen(null)} /> : null}
    </div>
  );
}

/** Why this viewer cannot decide, in words; null when they can. The server decides again. */
function barrierOf(request: Request, userId: string): string | null {
  if (request.approvers.some((approver) => approver.userId === userId)) return null;
  const names = request.approvers.map(({ name }) => name);
  const who = names.length === 0 ? "nobody yet: invite someone as finance" : names.join(" or ");
  if (request.requestedBy.userId === userId) return `You asked for it, so another person decides: ${who}.`;
  return `Decided by ${who}.`;
}

function factsOf({ projectName, poNumber, costCentre, tags }: Request): string[] {
  return [
    ...(projectName === null ? [] : [projectName]),
    ...(poNumber === null ? [] : [`order ${poNumber}`]),
    ...(costCentre === null ? [] : [`cost centre ${costCentre}`]),
    ...Object.entries(tags).map(([tag, value]) => `${tag}: ${value}`),
  ];
}

function NothingWaits() {
  return (
    <EmptyState title="Nothing waits for approval">
      <p>
        When somebody posts a job above what one person may spend alone, it stands here with who asks, how much and what
        for. Nothing is reserved until another person approves it.
      </p>
    </EmptyState>
  );
}

const STATE_TONES = {
  waiting: "warn",
  committed: "proof",
  released: "proof",
  declined: "fault",
  expired: "idle",
  withdrawn: "idle",
} as const;
const STATE_WORDS = {
  waiting: "waits",
  committed: "approved",
  released: "approved",
  declined: "declined",
  expired: "expired",
  withdrawn: "withdrawn",
} as const;

/** What was decided, newest first, with whose words. */
export function DecidedRequests({ requests }: { requests: readonly Request[] }) {
  if (requests.length === 0) return null;
  return (
    <Card flush title="Decided">
      <ul>
        {requests.map((request) => (
          <li
            key={request.jobId}
            className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 border-b px-4 py-2 text-sm last:border-b-0"
          >
            <span className="min-w-0">
              <Link href={`/jobs/${request.jobId}`} className="font-medium hover:underline">
                {request.title}
              </Link>{" "}
              <span className="text-ink-soft">
                for {request.requestedBy.name}, {amountText(request.amountMicros, request.asset)}
                {request.decisions.map(
                  ({ name, verdict, comment }) =>
                    `; ${verdict === "approve" ? "approved" : "declined"} by ${name}${comment === "" ? "" : `: “${comment}”`}`,
                )}
              </span>
            </span>
            <span className="flex items-center gap-3 text-xs text-ink-faint">
              <StatusPill tone={STATE_TONES[request.state]}>{STATE_WORDS[request.state]}</StatusPill>
              {request.decidedAt === null ? null : <Ago at={request.decidedAt} />}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
