"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Card, FactRow } from "@/ui/card";
import { Notice } from "@/ui/error-note";
import { utcTime } from "@/ui/format";
import { useTRPC } from "../api/trpc";
import { useViewer } from "../api/viewer";
import type { Job } from "./types";

/** What the job is for, and whose approval it waits for or had. Nothing where nothing was said. */
export function PurposeCard({ job }: { job: Job }) {
  const trpc = useTRPC();
  const viewer = useViewer();
  const request = useQuery(trpc.spending.request.queryOptions({ jobId: job.id })).data;
  if (request === undefined || request === null) return null;
  const { projectName, poNumber, costCentre, decisions, approvers, state } = request;
  const facts = [
    ["Project", projectName],
    ["Purchase order", poNumber],
    ["Cost centre", costCentre],
    ...Object.entries(request.tags),
  ].filter((fact): fact is [string, string] => typeof fact[1] === "string" && fact[1] !== "");
  const waits = state === "waiting";
  if (!waits && facts.length === 0 && decisions.length === 0) return null;
  return (
    <Card title={waits ? "Waiting for approval" : "What for"}>
      {waits ? (
        <div className="mb-3 space-y-2">
          <Notice tone="warn">
            It needs {request.missing === 1 ? "an approval" : `${request.missing} approvals`} because {request.reason}.
            Nothing is held until then.
          </Notice>
          <p className="text-sm text-ink-soft">
            {approvers.length === 0 ? (
              <>
                Nobody else may approve it yet.{" "}
                <Link href="/organisation" className="text-link">
                  Invite someone as finance
                </Link>
              </>
            ) : (
              `May approve: ${approvers.map(({ name, role }) => `${name} (${role})`).join(", ")}.`
            )}
          </p>
          {approvers.some(({ userId }) => userId === viewer.userId) ? (
            <p className="text-sm">
              <Link href="/spending" className="text-link">
                Approve or decline it
              </Link>
            </p>
          ) : null}
        </div>
      ) : null}
      <dl className="divide-y">
        {facts.map(([name, value]) => (
          <FactRow key={name} label={name}>
            {value}
          </FactRow>
        ))}
        {decisions.map(({ name, verdict, comment, createdAt }) => (
          <FactRow key={name} label={verdict === "approve" ? "Approved by" : "Declined by"}>
            <span title={utcTime(createdAt)}>
              {name}
              {comment === "" ? null : <span className="block font-normal text-ink-soft">“{comment}”</span>}
            </span>
          </FactRow>
        ))}
      </dl>
    </Card>
  );
}
