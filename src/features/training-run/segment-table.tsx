"use client";

import { useState } from "react";
import { Button } from "@/ui/button";
import { amountText, lossText, percent } from "@/ui/format";
import { Money } from "@/ui/money";
import { Duration } from "@/ui/quantity";
import { StatusPill, type Tone } from "@/ui/status-pill";
import { Table, type Column } from "@/ui/table";
import { auditWords } from "./segment-cells";
import type { Job, LiveSegment, Segment } from "./types";

const SHOWN = 25;
const TONES: Record<Segment["state"], Tone> = { leased: "idle", committed: "claim", verified: "proof", void: "fault" };
const WORDS: Record<Segment["state"], string> = {
  leased: "In training",
  committed: "Committed",
  verified: "Verified",
  void: "Void",
};

/** Every attempt at every segment, newest first. */
export function SegmentTable({
  job,
  live,
  onOpen,
}: {
  job: Job;
  live: LiveSegment | null;
  onOpen: (id: string) => void;
}) {
  const [all, setAll] = useState(false);
  const newest = [...job.segments].sort((a, b) => b.index - a.index || b.attempt - a.attempt);
  if (newest.length === 0) return <p className="p-4 text-sm text-ink-faint">No segment has been started yet.</p>;
  return (
    <>
      <Table
        caption="Segments"
        columns={columns(job, live, onOpen)}
        rows={all ? newest : newest.slice(0, SHOWN)}
        rowKey={(segment) => segment.id}
        onRowClick={(segment) => onOpen(segment.id)}
      />
      {all || newest.length <= SHOWN ? null : (
        <div className="border-t p-3 text-center">
          <Button size="small" onClick={() => setAll(true)}>
            Show all {newest.length}
          </Button>
        </div>
      )}
    </>
  );
}

function columns(job: Job, live: LiveSegment | null, onOpen: (id: string) => void): readonly Column<Segment>[] {
  return [
    {
      id: "index",
      title: "Segment",
      cell: (segment) => (
        <button type="button" className="font-medium hover:underline" onClick={() => onOpen(segment.id)}>
          {segment.index + 1}
          {segment.attempt > 0 ? (
            <span className="ml-1.5 text-xs font-normal text-ink-faint">attempt {segment.attempt + 1}</span>
          ) : null}
        </button>
      ),
    },
    {
      id: "state",
      title: "State",
      cell: (segment) => <StatusPill tone={TONES[segment.state]}>{stateWords(job, live, segment)}</StatusPill>,
    },
    {
      id: "machine",
      title: "Machine",
      cell: (segment) => <span title={segment.organisationName}>{segment.machineName}</span>,
    },
    {
      id: "loss",
      title: "Held-out loss",
      numeric: true,
      wideOnly: true,
      cell: (segment) => (segment.evaluation === null ? "–" : lossText(segment.evaluation.loss)),
    },
    {
      id: "accuracy",
      title: "Accuracy",
      numeric: true,
      wideOnly: true,
      cell: (segment) => (segment.evaluation?.accuracy == null ? "–" : percent(segment.evaluation.accuracy, 2)),
    },
    {
      id: "audits",
      title: "Audit",
      roomyOnly: true,
      cell: (segment) => <span className="text-ink-soft">{auditWords(segment)}</span>,
    },
    {
      id: "time",
      title: "Training",
      numeric: true,
      roomyOnly: true,
      cell: (segment) => (segment.trainMs === null ? "–" : <Duration ms={segment.trainMs} />),
    },
    {
      id: "price",
      title: "Price",
      numeric: true,
      cell: (segment) =>
        segment.state === "void" ? (
          <span title="Void work costs nothing.">{amountText(0n, job.money.asset)}</span>
        ) : (
          <Money amountMicros={segment.priceMicros} asset={job.money.asset} />
        ),
    },
  ];
}

function stateWords(job: Job, live: LiveSegment | null, segment: Segment): string {
  if (segment.state !== "leased") return WORDS[segment.state];
  const steps = live?.index === segment.index ? live.stepsDone : (segment.stepsDone ?? 0);
  return `${steps} of ${job.stepsPerSegment} steps`;
}
