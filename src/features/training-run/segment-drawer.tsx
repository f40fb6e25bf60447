"use client";

import type { ReactNode } from "react";
import { FactRow } from "@/ui/card";
import { Dialog } from "@/ui/dialog";
import { lossText, percent, utcTime } from "@/ui/format";
import { Hash } from "@/ui/hash";
import { Money } from "@/ui/money";
import { Bytes, Duration } from "@/ui/quantity";
import { AuditList } from "./audit-list";
import type { Job, Segment } from "./types";

/** One attempt at one segment, down to its hashes. */
export function SegmentDrawer({ segment, job, onClose }: { segment: Segment | null; job: Job; onClose: () => void }) {
  if (segment === null) return null;
  const from = segment.index * job.stepsPerSegment;
  return (
    <Dialog
      as="drawer"
      open
      onOpenChange={onClose}
      title={`Segment ${segment.index + 1}${segment.attempt > 0 ? `, attempt ${segment.attempt + 1}` : ""}`}
      description={`Steps ${from + 1} to ${from + job.stepsPerSegment}, by ${segment.machineName} of ${segment.organisationName}`}
    >
      {segment.voidReason === null ? null : (
        <p className="mb-4 rounded-md border border-fault bg-fault-wash px-3 py-2 text-sm">{segment.voidReason}</p>
      )}
      <Part title="Result">
        <FactRow label="Held-out loss">{segment.evaluation === null ? "–" : lossText(segment.evaluation.loss)}</FactRow>
        <FactRow label="Held-out accuracy">
          {segment.evaluation?.accuracy == null ? "–" : percent(segment.evaluation.accuracy, 2)}
        </FactRow>
        <FactRow label="Price">
          <Money amountMicros={segment.priceMicros} asset={job.money.asset} />
          <span className="ml-1.5 text-xs font-normal text-ink-faint">
            {segment.paidAt === null ? "due when verified" : "paid"}
          </span>
        </FactRow>
      </Part>
      <Part title="Proof">
        <HashRow label="Commitment" value={segment.commitment} />
        <HashRow label="State root" value={segment.stateRoot} />
        <FactRow label="Audit draw">{drawWords(segment)}</FactRow>
      </Part>
      <AuditList segment={segment} />
      <Part title="Work">
        <TimeRow label="Training" ms={segment.trainMs} />
        <TimeRow label="Evaluation" ms={segment.evaluateMs} />
        <TimeRow label="Hashing" ms={segment.hashMs} />
        <FactRow label="Peak memory">
          {segment.peakMemoryBytes === null ? "–" : <Bytes bytes={segment.peakMemoryBytes} />}
        </FactRow>
      </Part>
      <Part title="Times">
        <MomentRow label="Leased" at={segment.leasedAt} />
        <MomentRow label="Committed" at={segment.committedAt} />
        <MomentRow label="Verified" at={segment.verifiedAt} />
        <MomentRow label="Paid" at={segment.paidAt} />
      </Part>
    </Dialog>
  );
}

function drawWords(segment: Segment): string {
  if (segment.drawn === null || segment.drawProbability === null) return "made after the commitment";
  const chance = percent(segment.drawProbability, segment.drawProbability < 0.1 ? 1 : 0);
  return segment.drawn ? `drawn, the chance was ${chance}` : `not drawn, the chance was ${chance}`;
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mb-5">
      <h3 className="mb-1 text-sm font-semibold">{title}</h3>
      <dl className="divide-y border-y">{children}</dl>
    </section>
  );
}

function HashRow({ label, value }: { label: string; value: string | null }) {
  return <FactRow label={label}>{value === null ? "–" : <Hash value={value} name={label.toLowerCase()} />}</FactRow>;
}

function TimeRow({ label, ms }: { label: string; ms: number | null }) {
  return <FactRow label={label}>{ms === null ? "–" : <Duration ms={ms} />}</FactRow>;
}

function MomentRow({ label, at }: { label: string; at: Date | null }) {
  return (
    <FactRow label={label}>
      <span className="font-mono text-xs">{at === null ? "–" : utcTime(at)}</span>
    </FactRow>
  );
}
